package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/config"
)

func TestASecretNeverPrints(t *testing.T) {
	secret := config.NewSecret("hush-hush")
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x", secret, secret, secret, secret, secret, &secret)
	fmt.Fprintf(&out, "%v %+v %#v", config.Remote{ClientSecret: secret}, &config.Remote{ClientSecret: secret}, []config.Secret{secret})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "secret", secret, "remote", config.Remote{ClientSecret: secret})
	slog.New(slog.NewTextHandler(&out, nil)).Info("start", "secret", secret, "remote", config.Remote{ClientSecret: secret})
	if err := json.NewEncoder(&out).Encode(config.Remote{ClientSecret: secret}); err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{"hush", fmt.Sprintf("%x", "hush")} {
		if strings.Contains(out.String(), shown) {
			t.Errorf("the secret is in %s", out.String())
		}
	}
	if got := secret.Reveal(); got != "hush-hush" {
		t.Errorf("Reveal() = %q", got)
	}
}

func TestTheBaseURL(t *testing.T) {
	tests := []struct {
		name   string
		listen config.Listen
		port   int
		want   string
	}{
		{"of this machine", config.Listen{Listen: "127.0.0.1:8080"}, 8080, "http://localhost:8080"},
		{"of a free port", config.Listen{Listen: "127.0.0.1:0"}, 40123, "http://localhost:40123"},
		{"of every address", config.Listen{Listen: ":8080"}, 8080, "http://localhost:8080"},
		{"of every address, spelled out", config.Listen{Listen: "0.0.0.0:8080"}, 8080, "http://localhost:8080"},
		{"of every address of IPv6", config.Listen{Listen: "[::]:8080"}, 8080, "http://localhost:8080"},
		{"of the usual port", config.Listen{Listen: "localhost:80"}, 80, "http://localhost"},
		{"of another address", config.Listen{Listen: "192.0.2.1:80", AllowHTTP: true}, 80, "http://192.0.2.1"},
		{"as given", config.Listen{Listen: ":8080", BaseURL: "https://trellis.example.com"}, 8080, "https://trellis.example.com"},
		{"with a slash", config.Listen{Listen: ":8080", BaseURL: "https://trellis.example.com/"}, 8080, "https://trellis.example.com"},
		{"in capitals, with the usual port", config.Listen{Listen: ":8080", BaseURL: "https://Trellis.Example.com:443"}, 8080, "https://trellis.example.com"},
		{"with a port", config.Listen{Listen: ":8080", BaseURL: "https://trellis.example.com:8443"}, 8080, "https://trellis.example.com:8443"},
		{"in the clear on this machine", config.Listen{Listen: ":8080", BaseURL: "http://[::1]:9090"}, 8080, "http://[::1]:9090"},
		{"in the clear when allowed", config.Listen{Listen: ":8080", BaseURL: "http://trellis.lan", AllowHTTP: true}, 8080, "http://trellis.lan"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.listen.URL(tt.port)
			if err != nil || got.String() != tt.want {
				t.Errorf("URL(%d) = %v, %v; want %s", tt.port, got, err, tt.want)
			}
		})
	}
}

func TestASecretFileMayEndInALine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("hush-hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Remote{ClientSecretFile: path}.Secret()
	if err != nil || got.Reveal() != "hush-hush" {
		t.Errorf("the secret is %q, %v", got.Reveal(), err)
	}
}

func TestWhereTheDataIs(t *testing.T) {
	tests := []struct {
		data config.Data
		want string
	}{
		{config.Data{}, "./trellis-data"},
		{config.Data{Demo: true}, "trellis-data/demo"},
		{config.Data{Data: "here"}, "here"},
		{config.Data{Data: "here", Demo: true}, "here"},
	}
	for _, tt := range tests {
		if got := tt.data.Dir(); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.data, got, tt.want)
		}
	}
}
