package durability

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ptrace skips t where no process may watch another, and says so. In CI that is
// a failure.
func ptrace(t testing.TB) {
	t.Helper()
	out, err := exec.Command("strace", "-f", "-o", os.DevNull, "true").CombinedOutput()
	if err == nil {
		return
	}
	why := fmt.Sprintf("strace cannot watch a process here (Debian: apt-get install strace; in a container: --cap-add SYS_PTRACE): %v %s", err, out)
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip("not run: " + why)
}

// watched is the command that runs another and writes what reaches its files to
// the file trace.
func watched(trace string) []string {
	return []string{
		"strace", "-f", "--seccomp-bpf", "-y", "-xx", "-ttt", "-T", "-s", "1000000", "-e", "signal=none", "-o", trace,
		"-e", "trace=write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat",
	}
}

// call is one system call that changes a file, or has it kept.
type call struct {
	name         string
	file         string // without its folder
	data         []byte
	offset       int64
	begun, ended time.Time
}

// calls reads a trace: the calls that matter to the database in dir, in the
// order in which they began.
func calls(t testing.TB, trace, dir string) []call {
	t.Helper()
	f, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []call
	waiting := map[string]line{} // by thread: calls that others interrupt in the trace
	for in := bufio.NewReaderSize(f, 1<<20); ; {
		text, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		l, ok := lineOf(text)
		if !ok {
			continue
		}
		if rest, more := bytes.CutSuffix(l.text, []byte(" <unfinished ...>")); more {
			waiting[l.thread] = line{l.thread, l.at, slices.Clone(rest)}
			continue
		}
		ended := time.Time{}
		if bytes.HasPrefix(l.text, []byte("<... ")) {
			_, rest, _ := bytes.Cut(l.text, []byte(" resumed>"))
			begun := waiting[l.thread]
			delete(waiting, l.thread)
			ended = l.at
			l = line{l.thread, begun.at, append(begun.text, rest...)}
		}
		c, ok := l.call(t, dir)
		if !ok {
			continue
		}
		if !ended.IsZero() {
			c.ended = ended
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b call) int { return a.begun.Compare(b.begun) })
	return out
}

// line is one line of a trace.
type line struct {
	thread string
	at     time.Time
	text   []byte
}

func lineOf(text []byte) (line, bool) {
	thread, rest, ok := bytes.Cut(bytes.TrimSuffix(text, []byte("\n")), []byte(" "))
	stamp, rest, ok2 := bytes.Cut(bytes.TrimLeft(rest, " "), []byte(" "))
	at, err := micros(string(stamp))
	return line{string(thread), time.UnixMicro(at), rest}, ok && ok2 && err == nil
}

// micros reads seconds with six decimals, exactly.
func micros(seconds string) (int64, error) {
	return strconv.ParseInt(strings.Replace(seconds, ".", "", 1), 10, 64)
}

// call is the call of a whole line, if it succeeded and is about a file of the
// database in dir that a power cut could spoil.
func (l line) call(t testing.TB, dir string) (call, bool) {
	t.Helper()
	name, rest, _ := bytes.Cut(l.text, []byte("("))
	end := bytes.LastIndex(rest, []byte(") = "))
	open := bytes.IndexByte(rest, '<')
	if end < 0 || open < 0 || open > end {
		return call{}, false
	}
	args, result := rest[:end], rest[end+len(") = "):]
	shut := bytes.IndexByte(args, '>')
	path := string(unhex(args[open+1 : shut]))
	file := filepath.Base(path)
	if filepath.Dir(path) != dir || !slices.Contains(files, file) || bytes.HasPrefix(result, []byte("-1")) {
		return call{}, false
	}
	_, took, _ := bytes.Cut(result, []byte("<"))
	lasted, err := micros(string(bytes.TrimSuffix(took, []byte(">"))))
	if err != nil {
		t.Fatalf("trace: %s of %s: %v", name, file, err)
	}
	c := call{name: string(name), file: file, begun: l.at, ended: l.at.Add(time.Duration(lasted) * time.Microsecond)}
	c.read(t, args[shut+1:])
	return c, true
}

// read takes what c wrote, and where, from its arguments behind the file.
func (c *call) read(t testing.TB, args []byte) {
	t.Helper()
	last := bytes.LastIndex(args, []byte(", "))
	switch c.name {
	case "pwrite64":
		from, to := bytes.IndexByte(args, '"'), bytes.LastIndexByte(args, '"')
		c.data = unhex(args[from+1 : to])
	case "ftruncate":
	case "fsync", "fdatasync":
		return
	default:
		t.Fatalf("trace: SQLite uses %s, which this test does not know", c.name)
	}
	var err error
	if c.offset, err = strconv.ParseInt(string(args[last+2:]), 10, 64); err != nil {
		t.Fatalf("trace: %s of %s: %v", c.name, c.file, err)
	}
}

// unhex reads "\x2f\x74…".
func unhex(text []byte) []byte {
	out := make([]byte, 0, len(text)/4)
	for ; len(text) >= 4; text = text[4:] {
		out = append(out, nibble(text[2])<<4|nibble(text[3]))
	}
	return out
}

func nibble(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// inject makes system calls of the running server fail, such as
// "fsync,fdatasync:error=EIO", until the function it returns is called.
func (s *server) inject(what string) (stop func()) {
	s.t.Helper()
	names, _, _ := strings.Cut(what, ":")
	for range 10 {
		tracer := exec.Command("strace", "-f", "-p", strconv.Itoa(s.cmd.Process.Pid), "-o", os.DevNull, "-e", "trace="+names, "-e", "inject="+what)
		says := &record{}
		tracer.Stderr = says
		if err := tracer.Start(); err != nil {
			s.t.Fatal(err)
		}
		stop = func() {
			_ = tracer.Process.Signal(syscall.SIGINT)
			_ = tracer.Wait()
		}
		for range 500 {
			if strings.Contains(says.String(), "attached") && s.watchedBy(tracer.Process.Pid) {
				return stop
			}
			time.Sleep(10 * time.Millisecond)
		}
		stop() // a thread that began while strace took the others goes on unseen
		s.t.Logf("strace does not hold all of a running process; it says %s", says)
	}
	s.t.Fatal("strace does not attach to a running process")
	return nil
}

// watchedBy reports whether a process watches every thread of the server.
func (s *server) watchedBy(pid int) bool {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", s.cmd.Process.Pid))
	for _, thread := range threads {
		status, gone := os.ReadFile(thread)
		if gone == nil && !bytes.Contains(status, fmt.Appendf(nil, "TracerPid:\t%d\n", pid)) {
			return false
		}
	}
	return err == nil && len(threads) > 0
}
