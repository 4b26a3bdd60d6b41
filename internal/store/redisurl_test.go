package store

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseURL(t *testing.T) {
	for url, want := range map[string]string{
		"redis://localhost":                             "[localhost:6379] user= password= db=0 cluster=false master= sentinel= tls=false",
		"redis://localhost:7000/3":                      "[localhost:7000] user= password= db=3 cluster=false master= sentinel= tls=false",
		"redis://localhost:7000/":                       "[localhost:7000] user= password= db=0 cluster=false master= sentinel= tls=false",
		"rediss://me:p%40ss%2Fw+rd@h:1":                 "[h:1] user=me password=p@ss/w+rd db=0 cluster=false master= sentinel= tls=true",
		"redis://:p@ss@h":                               "[h:6379] user= password=p@ss db=0 cluster=false master= sentinel= tls=false",
		"redis://[::1]:7000":                            "[[::1]:7000] user= password= db=0 cluster=false master= sentinel= tls=false",
		"redis://[::1]":                                 "[[::1]:6379] user= password= db=0 cluster=false master= sentinel= tls=false",
		"redis://a:1,b:2,c":                             "[a:1 b:2 c:6379] user= password= db=0 cluster=true master= sentinel= tls=false",
		"redis://:pw@a:1,redis://:pw@b:2":               "[a:1 b:2] user= password=pw db=0 cluster=true master= sentinel= tls=false",
		"redis://a?cluster=true":                        "[a:6379] user= password= db=0 cluster=true master= sentinel= tls=false",
		"redis://a?cluster=false":                       "[a:6379] user= password= db=0 cluster=false master= sentinel= tls=false",
		"unix:///run/redis.sock":                        "[/run/redis.sock] user= password= db=0 cluster=false master= sentinel= tls=false",
		"unix://:pw@/run/redis.sock?db=2":               "[/run/redis.sock] user= password=pw db=2 cluster=false master= sentinel= tls=false",
		"redis+sentinel://:pw@a,b:2/main/1":             "[a:26379 b:2] user= password=pw db=1 cluster=false master=main sentinel= tls=false",
		"rediss+sentinel://a/main?sentinel_password=x+": "[a:26379] user= password= db=0 cluster=false master=main sentinel=x  tls=true",
	} {
		o, err := parseURL(url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		got := fmt.Sprintf("%v user=%s password=%s db=%d cluster=%t master=%s sentinel=%s tls=%t",
			o.Addrs, o.Username, o.Password, o.DB, o.IsClusterMode, o.MasterName, o.SentinelPassword, o.TLSConfig != nil)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", url, got, want)
		}
	}
}

func TestParseURLErrors(t *testing.T) {
	for _, url := range []string{
		"s3cret", "localhost:6379", "http://s3cret@h", "redis://:s3cret", "redis://:s3/cret@h", "redis://:s3?cret@h",
		"redis://:s3,cret@h", "redis://:s3%zzcret@h", "redis://:s3cret@h:port", "redis://:s3cret@h:0", "redis://:s3cret@h:65536",
		"redis://:s3cret@", "redis://:s3cret@a,,b", "redis://:s3cret@h/x", "redis://:s3cret@a,b/1", "redis://:s3cret@a:b:c",
		"redis://:s3cret@h?cluster=maybe", "redis://:s3cret@h?pool=3", "redis://:s3cret@h?%zz", "redis://h?cluster=true;s3cret",
		"unix://s3cret", "unix://:s3cret@/sock?cluster=true", "unix:///sock?db=s3cret", "redis+sentinel://:s3cret@h", "redis+sentinel://:s3cret@h/",
		"redis+sentinel://:s3cret@h/main/x", "unix+sentinel://:s3cret@h/main", "redis://",
	} {
		s, err := Open(t.Context(), Config{RedisURL: url})
		if err == nil {
			s.Close()
			t.Errorf("%s: no error", url)
			continue
		}
		if text := err.Error() + hintOf(err); strings.Contains(text, "s3") || strings.Contains(text, "cret@") {
			t.Errorf("%s: the error shows the password: %s", url, text)
		}
		if !strings.Contains(hintOf(err), "REDIS_URL") {
			t.Errorf("%s: hint %q", url, hintOf(err))
		}
	}
	if _, err := Open(t.Context(), Config{}); err == nil {
		t.Error("no error for a store that is neither Redis nor a file")
	}
}
