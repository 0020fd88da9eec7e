package sessiontest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"trellis/web/session"
)

// Run checks that db, which is empty, keeps sessions.
func Run(t *testing.T, db *sql.DB) {
	v := &visitor{T: t, db: db, now: time.Unix(1_800_000_000, 0), cookies: map[string]string{}}
	v.open()
	v.open() // the second start finds its tables

	v.signsIn()
	v.signsInAgain()
	v.writesAtOnce()
	v.finishesSignInsOnce()
	v.hasFewSignInsOnly()
	v.keepsWork()
	v.isSweptOut()
	v.isEndedEverywhere()
}

// visitor is a browser, and the store that it meets.
type visitor struct {
	*testing.T
	db      *sql.DB
	store   *session.Store
	now     time.Time
	cookies map[string]string
}

func (v *visitor) open() {
	v.Helper()
	store, err := session.Open(v.Context(), session.Config{DB: v.db, Key: make([]byte, 32), Now: func() time.Time { return v.now }})
	v.must(err)
	v.store = store
}

func (v *visitor) must(err error) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
}

// with runs do for one request of the browser.
func (v *visitor) with(do func(http.ResponseWriter, *http.Request) error) {
	v.Helper()
	r, w := httptest.NewRequestWithContext(v.Context(), http.MethodGet, "/", nil), httptest.NewRecorder()
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	v.must(do(w, r))
	for _, c := range w.Result().Cookies() {
		v.cookies[c.Name] = c.Value
	}
}

func (v *visitor) load() (d *session.Data) {
	v.Helper()
	v.with(func(w http.ResponseWriter, r *http.Request) (err error) {
		d, err = v.store.Load(w, r)
		return err
	})
	return d
}

func (v *visitor) start(subject string) {
	v.Helper()
	v.with(func(w http.ResponseWriter, r *http.Request) error {
		return v.store.Start(w, r, session.Data{Subject: subject, RefreshToken: "first"})
	})
}

func (v *visitor) rows(table string) (n int) {
	v.Helper()
	v.must(v.db.QueryRowContext(v.Context(), `select count(*) from `+table).Scan(&n))
	return n
}

func (v *visitor) signsIn() {
	v.start("auth0|ada")
	v.now = v.now.Add(time.Hour) // long enough for the row to be touched
	if d := v.load(); d.Subject != "auth0|ada" || d.RefreshToken != "first" {
		v.Errorf("session = %+v", d)
	}
	v.now = v.now.Add(90 * time.Minute)
	if !v.load().SignedInAs() {
		v.Error("the use of an hour ago was not noted")
	}
}

func (v *visitor) signsInAgain() {
	v.start("auth0|hugo")
	if d := v.load(); d.Subject != "auth0|hugo" || v.rows("web_sessions") != 1 {
		v.Errorf("session = %+v of %d", d, v.rows("web_sessions"))
	}
}

// writesAtOnce has several requests change one session. None is lost.
func (v *visitor) writesAtOnce() {
	ctx := session.With(v.Context(), v.load())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := v.store.Update(ctx, func(d *session.Data) { d.Name += "x" }); err != nil {
				v.Error(err)
			}
		})
	}
	wg.Wait()
	session.From(ctx).Say(session.Flash{Title: "Saved"})
	v.must(v.store.Keep(ctx))
	if d := v.load(); d.Name != "xxxx" || len(d.Flash) != 1 {
		v.Errorf("session = %+v", d)
	}
}

func (v *visitor) begin(state string) {
	v.Helper()
	v.with(func(w http.ResponseWriter, r *http.Request) error {
		return v.store.Begin(w, r, session.SignIn{State: state, Nonce: "n"})
	})
	v.now = v.now.Add(time.Millisecond)
}

func (v *visitor) take(state string) (err error) {
	v.Helper()
	v.with(func(_ http.ResponseWriter, r *http.Request) error {
		_, err = v.store.Take(r, state)
		return nil
	})
	return err
}

func (v *visitor) finishesSignInsOnce() {
	v.begin("state")
	v.must(v.take("state"))
	if err := v.take("state"); !errors.Is(err, session.ErrNoSignIn) {
		v.Errorf("second time: %v", err)
	}
}

func (v *visitor) hasFewSignInsOnly() {
	for i := range 6 {
		v.begin(fmt.Sprint(i))
	}
	if err := v.take("0"); !errors.Is(err, session.ErrNoSignIn) {
		v.Errorf("the oldest of six: %v", err)
	}
	v.must(v.take("1"))
}

func (v *visitor) isSweptOut() {
	v.now = v.now.Add(24 * time.Hour)
	if v.load().SignedInAs() {
		v.Error("signed in a day later")
	}
	v.must(v.store.Sweep(v.Context()))
	if n := v.rows("web_sessions") + v.rows("web_sign_ins"); n != 0 {
		v.Errorf("%d rows are left", n)
	}
}

func (v *visitor) isEndedEverywhere() {
	v.start("auth0|ada")
	ctx := session.With(context.WithoutCancel(v.Context()), v.load())
	v.must(v.store.EndAll(ctx, "auth0|ada"))
	if _, err := v.store.Reload(ctx); !errors.Is(err, session.ErrEnded) {
		v.Errorf("after the end: %v", err)
	}
	v.start("auth0|ada")
	v.with(v.store.End)
	if n := v.rows("web_sessions"); n != 0 {
		v.Errorf("%d rows are left", n)
	}
}

// keepsWork checks that a person finds work again, and that the oldest goes.
func (v *visitor) keepsWork() {
	v.Helper()
	v.with(func(_ http.ResponseWriter, r *http.Request) error {
		ctx := session.With(r.Context(), &session.Data{Issuer: "https://op.test/", Subject: "auth0|worker"})
		for i := range 12 {
			v.now = v.now.Add(time.Second)
			v.must(v.store.KeepWork(ctx, fmt.Sprint("w", i), i))
		}
		v.must(v.store.KeepWork(ctx, "w11", 110))
		var got int
		v.must(v.store.FindWork(ctx, "w11", &got))
		ids, err := v.store.ListWork(ctx)
		v.must(err)
		if got != 110 || len(ids) != 10 || ids[0] != "w11" {
			v.Errorf("work %d of %v", got, ids)
		}
		v.must(v.store.DropWork(ctx, "w11"))
		if err := v.store.FindWork(ctx, "w11", &got); !errors.Is(err, session.ErrNoWork) {
			v.Errorf("dropped work: %v", err)
		}
		return nil
	})
}
