-- Forgets a reply, and when no other is owed everything that says so.
-- KEYS: owed replies, index of conversations owed a reply
-- ARGV: number of the reply, id
redis.call('HDEL', KEYS[1], ARGV[1])
if redis.call('HLEN', KEYS[1]) <= 1 then
	redis.call('DEL', KEYS[1])
	redis.call('ZREM', KEYS[2], ARGV[2])
end
return 1
