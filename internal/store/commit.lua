-- Keeps a session and the reply owed in one go, if nobody else wrote in between.
-- KEYS: session, owed replies, index of conversations owed a reply
-- ARGV: session as read, session to keep ("" for none in both), its life in ms,
--       reply ("" for none), its life in ms, id, lease in ms
-- Returns number of the reply and how many are owed, or nil on a conflict.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
	return false
end
local number = '0'
if ARGV[4] ~= '' then
	-- Microseconds of the server keep growing when nothing is owed and the last number is gone.
	local time = redis.call('TIME')
	local n = time[1] * 1000000 + time[2]
	local last = tonumber(redis.call('HGET', KEYS[2], 'last') or 0)
	if n <= last then
		n = last + 1
	end
	number = string.format('%.0f', n)
	redis.call('HSET', KEYS[2], number, ARGV[4], 'last', number)
	redis.call('PEXPIRE', KEYS[2], ARGV[5])
	-- When others were owed already, the lease stays with whoever sends them.
	local mode = redis.call('HLEN', KEYS[2]) > 2 and 'NX' or 'CH'
	redis.call('ZADD', KEYS[3], mode, string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[7]), ARGV[6])
end
if ARGV[2] == '' then
	redis.call('DEL', KEYS[1])
else
	redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return {number, math.max(redis.call('HLEN', KEYS[2]) - 1, 0)}
