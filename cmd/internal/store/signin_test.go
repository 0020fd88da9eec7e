package store

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"
)

func soon(d time.Duration) time.Time { return time.Now().Add(d).UTC().Truncate(time.Millisecond) }

func TestCodes(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		r := AuthRequest{
			ID: "r1", Client: "c", RedirectURI: "https://a.example/", Scopes: []string{"openid"}, State: "ä\"'",
			Subject: "auth0|1", AuthTime: soon(0), Expires: soon(time.Minute),
		}
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			if err := tx.IssueCode(ctx, AuthRequest{ID: "r2", Expires: soon(-time.Second)}, "old code"); err != nil {
				return err
			}
			return tx.IssueCode(ctx, r, "code")
		})
		err := s.Update(t.Context(), func(tx *Tx) error { return tx.IssueCode(t.Context(), r, "second code") })
		if _, ok := errors.AsType[*TakenError](err); !ok {
			t.Errorf("a second code for one request: %v", err)
		}
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			got, err := tx.AuthRequestByCode(ctx, "code")
			if err != nil || !reflect.DeepEqual(got, r) {
				t.Errorf("by code: %+v, %v", got, err)
			}
			for _, code := range []string{"old code", "second code", "unknown", ""} {
				_, err = tx.AuthRequestByCode(ctx, code)
				notFound(t, err, AuthRequests)
			}
			r.Used, r.Expires = true, soon(time.Hour)
			return tx.UseCode(ctx, r)
		})
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			got, err := tx.AuthRequestByCode(ctx, "code")
			if err != nil || !got.Used {
				t.Errorf("nothing tells that the code was used: %+v, %v", got, err)
			}
			if byID, err := tx.AuthRequest(ctx, "r1"); err != nil || !reflect.DeepEqual(byID, got) {
				t.Errorf("by id: %+v, %v", byID, err)
			}
			if err := tx.RevokeFamily(ctx, "r1"); err != nil {
				return err
			}
			_, err = tx.AuthRequest(ctx, "r1")
			notFound(t, err, AuthRequests)
			_, err = tx.AuthRequestByCode(ctx, "code")
			notFound(t, err, AuthRequests)
			return nil
		})
	})
}

func TestRefreshTokens(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		token := func(hash, family string, life time.Duration) RefreshToken {
			return RefreshToken{Hash: hash, Family: family, Subject: "auth0|1", Client: "c", Scopes: []string{"openid", "read:groups"}, Audience: "urn:x", AuthTime: soon(0), Expires: soon(life)}
		}
		one := token("1", "f", time.Hour)
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			for _, r := range []RefreshToken{one, token("2", "f", time.Hour), token("3", "g", time.Hour), token("4", "g", -time.Second)} {
				if err := tx.AddRefreshToken(ctx, r); err != nil {
					return err
				}
			}
			got, err := tx.RefreshToken(ctx, "1")
			if err != nil || !reflect.DeepEqual(got, one) {
				t.Errorf("token = %+v, %v", got, err)
			}
			_, err = tx.RefreshToken(ctx, "4")
			notFound(t, err, RefreshTokens)
			if err := tx.UseRefreshToken(ctx, "1"); err != nil {
				return err
			}
			if got, err := tx.RefreshToken(ctx, "1"); err != nil || got.Used.IsZero() {
				t.Errorf("a used token: %+v, %v", got, err)
			}
			return tx.RevokeFamily(ctx, "f")
		})
		if left := hashes(t, s); !slices.Equal(left, []string{"3", "4"}) {
			t.Errorf("left are %v", left)
		}
	})
}

func hashes(t *testing.T, s *Store) (out []string) {
	t.Helper()
	if err := s.View(t.Context(), func(tx *Tx) (err error) {
		out, err = tx.texts(t.Context(), `select hash from refresh_tokens order by hash`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSignInFailures(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		want := SignInFailures{Count: 2, Until: soon(time.Second), Forget: soon(time.Hour)}
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			for _, f := range []SignInFailures{{Count: 1, Forget: soon(time.Minute)}, want} {
				if err := tx.SetSignInFailures(ctx, "a", f); err != nil {
					return err
				}
			}
			if err := tx.SetSignInFailures(ctx, "b", SignInFailures{Count: 9, Forget: soon(-time.Second)}); err != nil {
				return err
			}
			if got, err := tx.SignInFailures(ctx, "a"); err != nil || got != want {
				t.Errorf("failures = %+v, %v", got, err)
			}
			for _, subject := range []string{"b", "unknown"} {
				if got, err := tx.SignInFailures(ctx, subject); err != nil || got != (SignInFailures{}) {
					t.Errorf("%s: %+v, %v", subject, got, err)
				}
			}
			if err := tx.ClearSignInFailures(ctx, "a"); err != nil {
				return err
			}
			if got, err := tx.SignInFailures(ctx, "a"); err != nil || got.Count != 0 {
				t.Errorf("forgotten failures: %+v, %v", got, err)
			}
			return nil
		})
	})
}

func TestSweepKeepsWhatIsAlive(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			for id, life := range map[string]time.Duration{"alive": time.Hour, "dead": -time.Second} {
				if err := tx.IssueCode(ctx, AuthRequest{ID: id, Expires: soon(life)}, id); err != nil {
					return err
				}
				if err := tx.AddRefreshToken(ctx, RefreshToken{Hash: id, Expires: soon(life)}); err != nil {
					return err
				}
				if err := tx.SetSignInFailures(ctx, id, SignInFailures{Forget: soon(life)}); err != nil {
					return err
				}
			}
			return nil
		})
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			n, err := tx.SweepSignIns(ctx)
			if n != 3 {
				t.Errorf("%d records were removed, want 3", n)
			}
			return err
		})
		for _, table := range []string{"auth_requests", "refresh_tokens", "sign_in_failures"} {
			if n := count(t, s, table); n != 1 {
				t.Errorf("%s has %d rows, want 1", table, n)
			}
		}
	})
}

func TestSigningKeysNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		now := time.Now()
		for i, id := range []string{"old", "new"} {
			s.now = func() time.Time { return now.Add(time.Duration(i) * time.Hour) }
			mustUpdate(t, s, func(ctx context.Context, tx *Tx) error { return tx.AddSigningKey(ctx, id, []byte{0, byte(i), 255}) })
		}
		err := s.View(t.Context(), func(tx *Tx) error {
			keys, err := tx.SigningKeys(t.Context())
			if err != nil || len(keys) != 2 || keys[0].ID != "new" || keys[1].ID != "old" || !bytes.Equal(keys[0].Sealed, []byte{0, 1, 255}) {
				t.Errorf("keys = %+v, %v", keys, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// What a sign-in leaves behind is no change of the tenant: no journal, no
// revision.
func TestSignInsAreNotJournalled(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			return tx.IssueCode(ctx, AuthRequest{ID: "r", Expires: soon(time.Hour)}, "code")
		})
		if n := count(t, s, "journal"); n != 0 {
			t.Errorf("the journal has %d entries", n)
		}
	})
}
