-- Takes conversations whose lease has run out, or ends later than any can, and gives them a new one.
-- KEYS: index of conversations owed a reply
-- ARGV: lease in ms, how many at most
-- Returns their ids.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[2])
if #ids < tonumber(ARGV[2]) then
	local never = redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', now + 2 * ARGV[1]), '+inf', 'LIMIT', 0, ARGV[2] - #ids)
	for _, id in ipairs(never) do
		ids[#ids + 1] = id
	end
end
for _, id in ipairs(ids) do
	redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[1]), id)
end
return ids
