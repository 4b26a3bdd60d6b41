package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

const (
	startAim  = 150 * time.Millisecond
	idleAim   = 60.0  // MB resident
	busyAim   = 150.0 // MB resident
	sizeAim   = 35.0  // MB
	settled   = time.Second
	busyLoops = 32 // messages under way while people become active
)

// measureProgram measures the binary as it is shipped: its size, its start and its memory.
func measureProgram(ctx context.Context, r *run) error {
	file, err := r.binary(ctx)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	api := startBotAPI()
	defer api.Close()
	t := table{"The program", []string{"measure", "signpost", "aim", ""}, nil}
	size := float64(info.Size()) / 1e6
	t.add("binary, stripped", megabytes(size), "under 35 MB", reached(size, sizeAim))

	var starts []time.Duration
	for range r.starts {
		began := time.Now()
		c, err := r.startSignpost(ctx, api, nil, 1)
		if err != nil {
			return err
		}
		starts = append(starts, time.Since(began))
		c.stop()
	}
	t.add(fmt.Sprintf("start to ready, with all content, median of %d", r.starts), median(starts), "under 150 ms", reached(median(starts), startAim))

	server, err := r.startRedis()
	if err != nil {
		return err
	}
	defer server.stop()
	for _, s := range []struct {
		name  string
		redis *redis
	}{{"Redis", server}, {"a file", nil}} {
		if err := r.measureMemory(ctx, api, s.redis, s.name, &t); err != nil {
			return err
		}
	}
	t.print(r.out)
	return nil
}

// measureMemory has many people write twice through the webhook, and looks at what is resident.
func (r *run) measureMemory(ctx context.Context, api *botAPI, server *redis, name string, t *table) error {
	c, err := r.startSignpost(ctx, api, server, r.people)
	if err != nil {
		return err
	}
	defer c.stop()
	time.Sleep(settled)
	idle := c.memory("VmRSS")
	t.add("resident, idle, on "+name, megabytes(idle), "under 60 MB", reached(idle, idleAim))
	began := time.Now()
	for _, text := range []string{"/start staff-library", "coat on indoors, heating never on"} {
		if err := c.load.each(busyLoops, text); err != nil {
			return err
		}
	}
	took := time.Since(began)
	busy, most := c.memory("VmRSS"), c.memory("VmHWM")
	t.add(fmt.Sprintf("resident after %s people wrote twice in %s, on %s (at most)", show(r.people), show(took), name),
		megabytes(busy)+" ("+megabytes(most)+")", "under 150 MB", reached(most, busyAim))
	return nil
}

func megabytes(n float64) string { return fmt.Sprintf("%.1f MB", n) }
