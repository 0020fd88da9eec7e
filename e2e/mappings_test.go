package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// From what a provider sends to what follows, and none of it in the address.
func TestMappingsAreTested(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		tester := page.OpenMappingTest(visitAs(t, administrator, l))
		tester.Try("eng-all\nSales-Emea", "Mappings cover 1 of 2 groups")
		tester.Row("Mappings", "eng-all", "Engineering", "google-workspace")
		tester.Row("Mappings", "Sales-Emea", "No mapping covers it", "SALES-EMEA of entra-id: spelt differently")
		tester.Row("Groups", "All staff", "google-workspace: eng-all", "Engineering", "Product & Technology")
		tester.Row("Roles", "Expense Submitter", "Ledger", "All staff")
		tester.Try(`{"https://meridian.example/groups":["FIN-ALL"]}`, "A mapping covers the group")
		tester.Row("Mappings", "FIN-ALL", "Finance")
	})
}
