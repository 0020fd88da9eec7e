package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/store"
)

type clientAdd struct {
	Name      string   `arg:"" help:"What to call it."`
	Scope     []string `xor:"scopes" placeholder:"SCOPE" help:"What it may do, such as read:groups. Repeat it for more."`
	AllScopes bool     `xor:"scopes" help:"Let it do everything that the two APIs offer."`
	JSON      bool     `name:"json" help:"Print the client as JSON and nothing else."`
}

// created is a new machine client, as --json prints it.
type created struct {
	ID     string   `json:"client_id"`
	Secret string   `json:"client_secret"`
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
}

// Run adds the client.
func (c *clientAdd) Run(ctx context.Context, i *invocation) error {
	scopes, err := c.scopes()
	if err != nil {
		return misuse{err}
	}
	made := created{ID: letters(32), Secret: letters(64), Name: strings.TrimSpace(c.Name), Scopes: scopes}
	if made.Name == "" {
		return misuse{errors.New("the client needs a name")}
	}
	sum := sha256.Sum256([]byte(made.Secret))
	err = i.with(ctx, func(ctx context.Context, s *store.Store) error {
		return s.Update(ctx, func(tx *store.Tx) error {
			return tx.PutClient(ctx, store.Client{ID: made.ID, Name: made.Name, AppType: "non_interactive", SecretHash: hex.EncodeToString(sum[:]), Scopes: scopes})
		})
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(i.Out).Encode(made)
	}
	return i.printf("%s can ask for tokens. The secret is shown only now.\nclient_id:     %s\nclient_secret: %s\nscopes:        %s\n",
		made.Name, made.ID, made.Secret, strings.Join(scopes, " "))
}

// scopes is what the client may do, checked and without repeats.
func (c *clientAdd) scopes() ([]string, error) {
	all := openid.Scopes(store.Administrator)
	if c.AllScopes {
		return all, nil
	}
	var out []string
	for _, s := range c.Scope {
		if !slices.Contains(all, s) {
			return nil, fmt.Errorf("there is no scope %q; there are %s", s, strings.Join(all, ", "))
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("say what the client may do, with --scope for each scope or with --all-scopes")
	}
	return out, nil
}

// letters is n random letters and digits, of nearly six bits each.
func letters(n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	out := make([]byte, 0, n)
	for len(out) < n {
		random := make([]byte, n)
		_, _ = rand.Read(random) // never fails: it ends the process instead
		for _, b := range random {
			if int(b) < 256-256%len(alphabet) && len(out) < n { // each equally likely
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

type clientList struct{}

// Run lists the machine clients.
func (c *clientList) Run(ctx context.Context, i *invocation) error {
	return i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		return s.View(ctx, func(tx *store.Tx) error {
			clients, err := tx.Clients(ctx)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(i.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "CLIENT_ID\tNAME\tADDED\tSCOPES")
			for _, c := range clients {
				if c.SecretHash != "" {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.ID, c.Name, c.Created.Format("2006-01-02"), strings.Join(c.Scopes, " "))
				}
			}
			return w.Flush()
		})
	})
}

type clientRemove struct {
	ID string `arg:"" help:"The client_id."`
}

// Run removes the client.
func (c *clientRemove) Run(ctx context.Context, i *invocation) error {
	err := i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		return s.Update(ctx, func(tx *store.Tx) error {
			found, err := tx.Client(ctx, c.ID)
			if err != nil {
				return err
			}
			if found.SecretHash == "" { // an application of the tenant, no machine
				return &store.NotFoundError{Kind: store.Clients, ID: c.ID}
			}
			return tx.DeleteClient(ctx, c.ID)
		})
	})
	if _, missing := errors.AsType[*store.NotFoundError](err); missing {
		return fmt.Errorf("there is no machine client %s; see: trellis client list", c.ID)
	}
	if err != nil {
		return err
	}
	return i.printf("%s gets no more tokens. Those it has end within a day.\n", c.ID)
}
