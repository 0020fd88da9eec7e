package login

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// hanging is a provider that never answers.
type hanging struct{}

func (hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestOIDC_69_nobody_waits_for_ever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		res, err := bounded(&http.Client{Transport: hanging{}}).Get("http://op.test/")
		if err == nil {
			res.Body.Close()
			t.Fatal("an answer came")
		}
		if took := time.Since(start); took != providerLimit {
			t.Errorf("gave up after %s, want %s", took, providerLimit)
		}
	})
}
