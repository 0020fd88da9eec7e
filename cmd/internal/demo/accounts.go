package demo

// Account is somebody who may sign in to the sample organisation.
type Account struct{ Email, Name, Role string }

// Accounts is the sample accounts: one for each role.
func Accounts() []Account {
	return []Account{
		{Email: "ada.admin@meridian.example", Name: "Ada Lindqvist", Role: "administrator"},
		{Email: "hugo.helpdesk@meridian.example", Name: "Hugo Marchetti", Role: "help-desk"},
		{Email: "ines.auditor@meridian.example", Name: "Inês Tavares", Role: "auditor"},
	}
}
