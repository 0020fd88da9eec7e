package store

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"trellis/cmd/internal/store/pgtest"
)

// cut is where a proxy breaks a connection.
type cut int32

const (
	nowhere      cut = iota
	beforeCommit     // the server never hears of the commit
	afterCommit      // it has committed, and nobody hears of it
	inBetween        // somewhere in the transaction
)

// proxy stands between a Store and a PostgreSQL server.
type proxy struct {
	server *pgtest.Server
	dir    string
	at     atomic.Int32 // the next connection to reach this cut is broken
	deaf   atomic.Bool  // nobody gets through
}

func newProxy(t *testing.T, server *pgtest.Server) *proxy {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "proxy") // short: a socket's path has 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{server: server, dir: dir}
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Close()
		os.RemoveAll(dir)
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

func (p *proxy) address() string {
	return "postgres:///postgres?host=" + p.dir + "&user=test&sslmode=disable"
}

func (p *proxy) serve(near net.Conn) {
	defer near.Close()
	if p.deaf.Load() {
		return
	}
	far, err := net.Dial("unix", p.server.Socket())
	if err != nil {
		return
	}
	defer far.Close()
	var lost atomic.Bool // the server's next answer is
	go func() {
		defer near.Close()
		buffer := make([]byte, 1<<16)
		for {
			n, err := far.Read(buffer)
			if err != nil || lost.Load() {
				return
			}
			if _, err := near.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	for first := true; ; first = false {
		message, err := frame(near, first)
		if err != nil {
			return
		}
		if p.breaks(message) {
			if cut(p.at.Swap(int32(nowhere))) != afterCommit {
				return
			}
			lost.Store(true)
		}
		if _, err := far.Write(message); err != nil {
			return
		}
	}
}

// breaks reports whether the connection is cut at message.
func (p *proxy) breaks(message []byte) bool {
	commit := message[0] == 'Q' && bytes.Equal(bytes.ToLower(message[5:]), []byte("commit\x00"))
	switch cut(p.at.Load()) {
	case beforeCommit, afterCommit:
		return commit
	case inBetween:
		return bytes.Contains(message, []byte("insert into groups"))
	}
	return false
}

// frame is the next message to the server. The first of a connection has no type.
func frame(r io.Reader, first bool) ([]byte, error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(head[len(head)-4:])
	rest := make([]byte, length-4)
	_, err := io.ReadFull(r, rest)
	return append(head, rest...), err
}
