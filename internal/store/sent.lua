-- Forgets a reply, and when no other is owed everything that says so.
-- KEYS: owed replies, index of conversations owed a reply
-- ARGV: number of the reply, id
-- Returns how many replies are owed still.
redis.call('HDEL', KEYS[1], ARGV[1])
local left = redis.call('HLEN', KEYS[1]) - 1
if left <= 0 then
	redis.call('DEL', KEYS[1])
	redis.call('ZREM', KEYS[2], ARGV[2])
	return 0
end
return left
