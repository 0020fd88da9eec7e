package handlers

import (
	"net/mail"
	"strconv"
	"strings"

	"trellis/web/bulk"
)

// pastedEmails reads the emails in text, each once, or says what is wrong with it.
func pastedEmails(text string) (emails []string, problem string) {
	lines, problem := bulk.ParseList(text)
	if problem != "" {
		return nil, problem
	}
	var wrong []string
	for _, l := range lines {
		switch {
		case l.Verdict == bulk.Duplicate:
		case l.Verdict != "" || !isEmail(l.Text):
			wrong = append(wrong, "“"+l.Text+"” in line "+strconv.Itoa(l.Number))
		default:
			emails = append(emails, l.Text)
		}
	}
	if len(wrong) > 0 {
		return nil, "Not an email: " + someOf(wrong) + "."
	}
	return emails, ""
}

// longestEmail is that of an address, in bytes (RFC 5321).
const longestEmail = 254

// isEmail reports whether text is an address, with no name beside it.
func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= longestEmail && !strings.Contains(text, "|")
}

// pendingChoice begins the value of a choice that is an email, and no user.
const pendingChoice = "pending:"

// emailOf is the email that a choice stands for, if it stands for one. The id of a
// user has a bar, and an email has none.
func emailOf(choice string) (string, bool) {
	email, ok := strings.CutPrefix(choice, pendingChoice)
	return email, ok && isEmail(email)
}

// parted are the users among choices, and the emails.
func parted(choices []string) (users, emails []string) {
	for _, id := range choices {
		if email, ok := emailOf(id); ok {
			emails = append(emails, email)
		} else {
			users = append(users, id)
		}
	}
	return users, emails
}
