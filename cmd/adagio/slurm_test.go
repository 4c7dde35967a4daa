package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSlurm has a real Slurm compute a sweep of 200 points in 8 shards, by
// examples/slurm.sh. One task is killed in the middle; after a second call of the script,
// which submits that shard again, the result is that of a single run, byte for byte.
func TestSlurm(t *testing.T) {
	for _, program := range []string{"munged", "slurmctld", "slurmd", "sbatch"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program + " is not there: apt-get install slurm-wlm munge")
		}
	}
	if os.Getuid() != 0 {
		t.Skip("only root can start a Slurm with SlurmUser=root")
	}
	c := startSlurm(t)
	command := []string{"bound", "../../testdata/cps.ballet", "--format", "csv", "--sweep", "sites=1..20",
		"--sweep", "poll=50ms,100ms,150ms,200ms,250ms,300ms,350ms,400ms,450ms,500ms"}
	want := c.run(t, "adagio.real", command...)
	if points := bytes.Count(want, []byte("\n")) - 1; points != 200 {
		t.Fatalf("%d points", points)
	}

	const killed = 3
	parts := filepath.Join(c.dir, "parts")
	c.killOnce(t, killed)
	submit := append([]string{"8", parts}, command...)
	c.run(t, "examples/slurm.sh", submit...)
	c.wait(t)
	if _, err := os.Stat(filepath.Join(c.dir, "killed")); err != nil {
		t.Fatal("no task was killed")
	}
	for shard := 1; shard <= 8; shard++ {
		if _, err := os.Stat(filepath.Join(parts, fmt.Sprintf("part-%d.jsonl", shard))); (err == nil) != (shard != killed) {
			t.Errorf("shard %d: %v", shard, err)
		}
	}
	if _, err := os.Stat(filepath.Join(parts, "result")); err == nil {
		t.Error("there is a result without one of the shards")
	}

	if out := c.run(t, "examples/slurm.sh", submit...); !bytes.Contains(out, []byte(fmt.Sprintf("shards %d\n", killed))) {
		t.Errorf("submitted: %s", out)
	}
	c.wait(t)
	if got, err := os.ReadFile(filepath.Join(parts, "result")); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v, %d bytes, want %d", err, len(got), len(want))
	}
}

// cluster is a Slurm on this machine alone.
type cluster struct {
	dir string // with all that belongs to it, and the program under its name
	env []string
}

// startSlurm starts the daemons, which end with the test.
func startSlurm(t *testing.T) *cluster {
	t.Helper()
	// Paths of sockets must be short.
	dir, err := os.MkdirTemp("", "slurm")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	in := func(name string) string { return filepath.Join(dir, name) }
	c := &cluster{dir, append(os.Environ(), "SLURM_CONF="+in("slurm.conf"), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))}
	for _, name := range []string{"state", "spool"} {
		if err := os.Mkdir(in(name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Slurm's tasks call the tests' binary, which is the program under the name adagio.
	if err := os.Mkdir(in("real"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"adagio", "real/adagio"} {
		if err := os.Symlink(self, in(name)); err != nil {
			t.Fatal(err)
		}
	}
	c.write(t, "adagio.real", fmt.Sprintf("#!/bin/sh\nexec %s \"$@\"\n", in("real/adagio")), 0o755)
	c.write(t, "munge.key", strings.Repeat("a key that protects nothing ", 8), 0o400)
	base := 20000 + os.Getpid()%20000
	c.write(t, "slurm.conf", fmt.Sprintf(`ClusterName=adagio
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[2]d
SlurmdPort=%[3]d
SlurmUser=root
SlurmdUser=root
AuthInfo=socket=%[4]s/munge.sock
StateSaveLocation=%[4]s/state
SlurmdSpoolDir=%[4]s/spool
SlurmctldPidFile=%[4]s/slurmctld.pid
SlurmdPidFile=%[4]s/slurmd.pid
SlurmctldLogFile=%[4]s/slurmctld.log
SlurmdLogFile=%[4]s/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=%[1]s NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`, host, base, base+1, dir), 0o644)
	for _, daemon := range [][]string{
		{"munged", "--force", "--key-file=" + in("munge.key"), "--socket=" + in("munge.sock"), "--pid-file=" + in("munged.pid"),
			"--log-file=" + in("munged.log"), "--seed-file=" + in("munged.seed")},
		{"slurmctld", "-c", "-f", in("slurm.conf")},
		{"slurmd", "-c", "-f", in("slurm.conf")},
	} {
		t.Cleanup(func() { stop(in(daemon[0] + ".pid")) })
		c.run(t, daemon[0], daemon[1:]...)
	}
	c.until(t, "a node is idle", func() bool { return strings.Contains(string(c.run(t, "sinfo", "-h", "-o", "%t")), "idle") })
	return c
}

// stop ends a daemon by the file that has its number.
func stop(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return
	}
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && pid > 1 {
		syscall.Kill(pid, syscall.SIGTERM)
		for range 50 {
			if syscall.Kill(pid, 0) != nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
}

func (c *cluster) write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// run runs a command and returns what it prints.
func (c *cluster) run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	if at := filepath.Join(c.dir, name); name == "adagio.real" {
		name = at
	}
	cmd := exec.Command(name, args...)
	cmd.Env = c.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, out, &stderr)
	}
	return out
}

// killOnce has the first process that works on a shard killed once it has begun to write.
func (c *cluster) killOnce(t *testing.T, shard int) {
	t.Helper()
	path := filepath.Join(c.dir, "adagio")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	c.write(t, "adagio", fmt.Sprintf(`#!/bin/sh
case " $* " in *" --shard %[1]d/"*) ;; *) exec %[2]s/real/adagio "$@" ;; esac
[ ! -e %[2]s/killed ] || exec %[2]s/real/adagio "$@"
%[2]s/real/adagio "$@" &
while ! ls %[2]s/parts/part-%[1]d.jsonl.* >%[2]s/killed 2>&1; do :; done
kill -KILL $!
wait $!
`, shard, c.dir), 0o755)
}

// wait waits until Slurm has nothing to do.
func (c *cluster) wait(t *testing.T) {
	t.Helper()
	c.until(t, "all jobs have ended", func() bool { return len(bytes.TrimSpace(c.run(t, "squeue", "-h"))) == 0 })
}

func (c *cluster) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 300 {
		if done() {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	logs, _ := os.ReadFile(filepath.Join(c.dir, "slurmctld.log"))
	t.Fatalf("never: %s\n%s", what, logs)
}
