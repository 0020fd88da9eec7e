package openid

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"
)

// try sends one password from an address, in a browser of its own.
func (x *tenant) try(address, email, password string) answer {
	x.t.Helper()
	b := newBrowser(x.t)
	b.address = address
	form, _ := x.open(b, challenge())
	return x.submit(b, form, email, password)
}

func TestGuessingIsSlowedDown(t *testing.T) {
	x := newTenant(t)
	verified := 0
	for range 60 {
		a := x.try("198.51.100.7", ada, "wrong")
		switch a.status {
		case http.StatusUnprocessableEntity:
			verified++
		case http.StatusTooManyRequests:
			if n, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || n < 1 {
				t.Errorf("Retry-After = %q", a.header.Get("Retry-After"))
			}
		default:
			t.Fatalf("%d %s", a.status, a.body)
		}
		x.clock.pass(200 * time.Millisecond)
	}
	if verified < perPair.free || verified > perPair.free+4 {
		t.Errorf("%d of 60 guesses in 12 seconds were looked at", verified)
	}
	if a := x.try("198.51.100.7", ada, password); a.status != http.StatusTooManyRequests {
		t.Errorf("a guesser's right password: %d", a.status)
	}
	if a := x.try("203.0.113.9", ada, password); a.status != http.StatusSeeOther {
		t.Errorf("the owner elsewhere: %d", a.status)
	}
	x.clock.pass(perPair.longest)
	if a := x.try("198.51.100.7", ada, password); a.status != http.StatusSeeOther {
		t.Errorf("after the wait: %d", a.status)
	}
}

// However many strangers try, the owner waits a minute at most.
func TestStrangersLockNobodyOut(t *testing.T) {
	x := newTenant(t)
	for i := range 40 {
		x.try("198.51.100."+strconv.Itoa(i), ada, "wrong")
		x.clock.pass(time.Minute)
	}
	x.try("198.51.100.100", ada, "wrong")
	if a := x.try("203.0.113.9", ada, password); a.status != http.StatusTooManyRequests {
		t.Errorf("the account is not protected: %d", a.status)
	}
	x.clock.pass(perAccount.longest)
	if a := x.try("203.0.113.9", ada, password); a.status != http.StatusSeeOther {
		t.Errorf("the owner after a minute: %d", a.status)
	}
}

// Many tries at once are no way around the count.
func TestGuessesAtOnce(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	form, _ := x.open(b, challenge())
	form.Set("email", ada)
	form.Set("password", "wrong")
	counts := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			status := b.do("POST", x.issuer+"u/login", form).status
			mu.Lock()
			defer mu.Unlock()
			counts[status]++
		})
	}
	wg.Wait()
	if n := counts[http.StatusUnprocessableEntity]; n > perPair.free {
		t.Errorf("%d guesses were looked at, want %d at most", n, perPair.free)
	}
	for status := range counts {
		if status != http.StatusUnprocessableEntity && status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
			t.Errorf("status %d", status)
		}
	}
}

func TestOneAddressManyAccounts(t *testing.T) {
	x := newTenant(t)
	for i := range perAddress.free + 1 {
		x.try("2001:db8::"+strconv.Itoa(i+1), "user"+strconv.Itoa(i)+"@meridian.example", "wrong")
	}
	if a := x.try("2001:db8::ffff", ada, password); a.status != http.StatusTooManyRequests {
		t.Errorf("the same network goes on: %d", a.status)
	}
	if a := x.try("2001:db8:0:1::1", ada, password); a.status != http.StatusSeeOther {
		t.Errorf("another network: %d", a.status)
	}
}

func TestBusy(t *testing.T) {
	x := newTenant(t)
	for range hashesAtOnce {
		leave, ok := x.provider.hashers.enter(t.Context())
		if !ok {
			t.Fatal("no place")
		}
		defer leave()
	}
	for range hashesWaiting {
		x.provider.hashers.waiting <- struct{}{}
		defer func() { <-x.provider.hashers.waiting }()
	}
	if a := x.try("192.0.2.7", ada, password); a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
}

func TestAddressOfAConnection(t *testing.T) {
	for remote, want := range map[string]string{"192.0.2.1:4711": "192.0.2.1", "[2001:db8::1]:80": "2001:db8::1", "pipe": "pipe"} {
		if got := remoteAddress(&http.Request{RemoteAddr: remote}); got != want {
			t.Errorf("%s: %s", remote, got)
		}
	}
	for address, want := range map[string]string{"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8::1%eth0": "2001:db8::/64", "pipe": "pipe"} {
		if got := network(address); got != want {
			t.Errorf("%s is in %s, want %s", address, got, want)
		}
	}
}
