package openid

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // of the list of common passwords
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The cost of a password's hash: 19 MiB of memory, passed over twice.
const (
	argonMemory  = 19 << 10 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32
)

const (
	// MinPassword is how many characters a password that people choose needs.
	MinPassword = 8
	// maxPassword bounds the bytes that a stranger can make this process hash.
	maxPassword = 1024
)

// HashPassword is what to store of a password: a hash with a salt of its own,
// in the usual text form of argon2id.
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		enc.EncodeToString(salt), enc.EncodeToString(derive(password, salt, argonTime, argonMemory, argonThreads, argonKey)))
}

// derive hashes password in its composed form, so that it is the same however
// a keyboard spells its accents.
func derive(password string, salt []byte, time, memory uint32, threads uint8, size int) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, time, memory, threads, uint32(size)) //nolint:gosec // a hash is short
}

// matches reports whether hash was made of password, at whatever cost the hash
// names.
func matches(hash, password string) bool {
	var version int
	var memory, time uint32
	var threads uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || time == 0 || threads == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	return subtle.ConstantTimeCompare(want, derive(password, salt, time, memory, threads, len(want))) == 1
}

// commonPasswords are the ones that guessers try first, a line each, folded.
//
//go:embed common_passwords.txt
var commonPasswords string

// common reports whether password, in whatever case, is one that many have.
func common(password string) bool {
	folded := strings.ToLower(norm.NFKC.String(password))
	for line := range strings.Lines(commonPasswords) {
		if strings.TrimSpace(line) == folded {
			return true
		}
	}
	return false
}

// CheckPassword says what is wrong with a password that somebody chose, or nil.
func CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return fmt.Errorf("the password has %d characters; it needs at least %d", n, MinPassword)
	case len(password) > maxPassword:
		return fmt.Errorf("the password is longer than %d bytes", maxPassword)
	case common(password):
		return errors.New("this password is among the first that guessers try; choose another")
	}
	return nil
}

// NewPassword is a password for one person, and what to store of it.
func NewPassword() (password, hash string) {
	password = OneTimePassword()
	return password, HashPassword(password)
}

// OneTimePassword is a random password that is easy to read out and to type:
// groups of small letters and digits without those that look alike. It has
// more than 99 bits.
func OneTimePassword() string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789" // 31 signs
	const signs = 20
	out := make([]byte, 0, signs+signs/5)
	for len(out) < cap(out)-1 {
		if (len(out)+1)%6 == 0 {
			out = append(out, '-')
		}
		out = append(out, alphabet[pick(len(alphabet))])
	}
	return string(out)
}

// pick is a random number below n, each as likely as the others.
func pick(n int) int {
	b := make([]byte, 1)
	for {
		rand.Read(b)
		if int(b[0]) < 256-256%n {
			return int(b[0]) % n
		}
	}
}

// hashers bounds how much memory and time the hashing of passwords can take:
// so many at once, so many waiting, and no more.
type hashers struct {
	running chan struct{}
	waiting chan struct{}
}

const (
	hashesAtOnce  = 2
	hashesWaiting = 32
)

func newHashers() *hashers {
	return &hashers{
		running: make(chan struct{}, hashesAtOnce),
		waiting: make(chan struct{}, hashesAtOnce+hashesWaiting),
	}
}

// enter waits for a place to hash in, and reports whether there is one. leave
// gives it back.
func (h *hashers) enter(ctx context.Context) (leave func(), ok bool) {
	select {
	case h.waiting <- struct{}{}:
	default:
		return nil, false
	}
	select {
	case h.running <- struct{}{}:
		return func() { <-h.running; <-h.waiting }, true
	case <-ctx.Done():
		<-h.waiting
		return nil, false
	}
}
