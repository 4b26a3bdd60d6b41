package store

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/mecc-oxfordshire/signpost/internal/conversation"
)

const urlHint = "REDIS_URL is redis://, rediss:// or unix://; several addresses with commas are a cluster; " +
	"redis+sentinel://host:port,host:port/master asks sentinels; percent-encode the characters @ : / ? # , % in a password"

// openRedis returns a store on the Redis at rawURL. No error shows any of rawURL.
func openRedis(rawURL string) (conversation.Store, error) {
	o, err := parseURL(rawURL)
	if err != nil {
		return nil, hinted{fmt.Errorf("reading the address of Redis: %w", err), urlHint}
	}
	logging.Disable() // it would print addresses to stderr; what goes wrong is in our errors
	if o.IsClusterMode {
		c := o.Cluster()
		c.DisableRoutingPolicies = true // they would send PING to every node
		return &redisStore{redis.NewClusterClient(c)}, nil
	}
	return &redisStore{redis.NewUniversalClient(o)}, nil
}

// options are what every client gets: each command is sent once, obeys its context, and fails
// within a second if nobody answers.
func options() *redis.UniversalOptions {
	return &redis.UniversalOptions{
		Protocol:                 2, // in 3 the client looks for pushed messages around every command
		PoolSize:                 64,
		MaxRetries:               -1,
		MaxRetryBackoff:          100 * time.Millisecond, // between the redirects of a cluster
		DialerRetries:            1,
		DialTimeout:              time.Second,
		ReadTimeout:              time.Second,
		WriteTimeout:             time.Second,
		ContextTimeoutEnabled:    true,
		PipelinePoolSize:         -1,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

// parseURL reads the forms that Config lists. It does so by hand, as net/url refuses several hosts
// and puts what it could not read, which may be a password, into its errors.
func parseURL(raw string) (*redis.UniversalOptions, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, errors.New("it does not start with redis://")
	}
	o := options()
	rest, query, _ := strings.Cut(rest, "?")
	settings, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("what follows the ? cannot be read")
	}
	switch kind, sentinel := strings.CutSuffix(scheme, "+sentinel"); {
	case scheme == "unix":
		err = parseSocket(o, rest, settings)
	case kind != "redis" && kind != "rediss":
		return nil, errors.New("it starts with another scheme")
	default:
		if kind == "rediss" {
			o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		err = parseHosts(o, scheme, rest, settings, sentinel)
	}
	if err != nil {
		return nil, err
	}
	if len(settings) > 0 {
		return nil, errors.New("it has a setting after the ? that means nothing for it")
	}
	return o, nil
}

// parseSocket reads [user:password@]/path, and takes the setting db.
func parseSocket(o *redis.UniversalOptions, rest string, settings url.Values) error {
	path, err := parseUser(o, rest)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(path, "/") {
		return errors.New("the path of the socket does not start with /")
	}
	o.Addrs = []string{path}
	return parseDatabase(o, take(settings, "db"))
}

// parseHosts reads [user:password@]host:port,.../path and takes the settings of a cluster or of sentinels.
// The scheme may stand before every host.
func parseHosts(o *redis.UniversalOptions, scheme, rest string, settings url.Values, sentinel bool) error {
	rest = strings.ReplaceAll(rest, ","+scheme+"://", ",")
	hosts, path, _ := strings.Cut(rest, "/")
	port := "6379"
	if sentinel {
		port = "26379"
	}
	for host := range strings.SplitSeq(hosts, ",") {
		host, err := parseUser(o, host)
		if err != nil {
			return err
		}
		addr, err := parseHost(host, port)
		if err != nil {
			return err
		}
		o.Addrs = append(o.Addrs, addr)
	}
	if sentinel {
		if o.MasterName, path, _ = strings.Cut(path, "/"); o.MasterName == "" {
			return errors.New("the sentinels' name for the master is missing")
		}
		o.SentinelPassword = take(settings, "sentinel_password")
		return parseDatabase(o, path)
	}
	if v := take(settings, "cluster"); v != "" {
		cluster, err := strconv.ParseBool(v)
		if err != nil {
			return errors.New("cluster is neither true nor false")
		}
		o.IsClusterMode = cluster
	}
	if len(o.Addrs) > 1 {
		o.IsClusterMode = true
	}
	if err := parseDatabase(o, strings.TrimSuffix(path, "/")); err != nil {
		return err
	}
	if o.IsClusterMode && o.DB != 0 {
		return errors.New("a cluster has no database but 0")
	}
	return nil
}

// parseUser takes what stands before an @ and returns the rest.
func parseUser(o *redis.UniversalOptions, s string) (string, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s, nil
	}
	user, password, _ := strings.Cut(s[:at], ":")
	var err1, err2 error
	o.Username, err1 = url.PathUnescape(user)
	o.Password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		return "", errors.New("the user or password has a % that encodes nothing")
	}
	return s[at+1:], nil
}

// parseHost fills in what is missing of host:port.
func parseHost(s, port string) (string, error) {
	host := s
	if h, p, err := net.SplitHostPort(s); err == nil {
		host, port = h, p
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", errors.New("a port is not a number from 1 to 65535")
	}
	if host == "" {
		return "", errors.New("a host is missing")
	}
	if strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return "", errors.New("a host has a colon in it")
	}
	return net.JoinHostPort(host, port), nil
}

func parseDatabase(o *redis.UniversalOptions, s string) error {
	if s == "" {
		return nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return errors.New("the database is not a number")
	}
	o.DB = int(n)
	return nil
}

// take removes a setting and returns it.
func take(settings url.Values, name string) string {
	v := settings.Get(name)
	settings.Del(name)
	return v
}
