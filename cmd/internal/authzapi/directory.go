package authzapi

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

// application is what this API tells of a client.
type application struct {
	ClientID  string `json:"client_id"`
	Name      string `json:"name"`
	AppType   string `json:"app_type"`
	Callbacks []any  `json:"callbacks"`
}

func toldApplication(o store.Client) application {
	callbacks, _ := o.Document["callbacks"].([]any)
	return application{ClientID: o.ID, Name: o.Name, AppType: o.AppType, Callbacks: orEmpty(callbacks)}
}

// listApplications lists what people sign in to.
func listApplications(ctx context.Context, c *call) (any, error) {
	clients, err := c.tx.Clients(ctx)
	if err != nil {
		return nil, err
	}
	out := []application{}
	for _, o := range clients {
		if slices.Contains([]string{"spa", "native", "regular_web"}, o.AppType) {
			out = append(out, toldApplication(o))
		}
	}
	slices.SortStableFunc(out, func(a, b application) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return listing(c, "applications", out)
}

func getApplication(ctx context.Context, c *call) (any, error) {
	found, err := c.tx.Client(ctx, c.id)
	if isMissing(err) {
		return nil, &failure{StatusCode: http.StatusNotFound, Kind: "Not Found", Message: "The client does not exist"}
	}
	if err != nil {
		return nil, err
	}
	return toldApplication(found), nil
}

// connection is what this API tells of a connection: not its options, which hold
// secrets of the source.
type connection struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Strategy string `json:"strategy"`
}

func listConnections(ctx context.Context, c *call) (any, error) {
	all, err := c.tx.Connections(ctx)
	if err != nil {
		return nil, err
	}
	out := []connection{}
	for _, o := range all {
		out = append(out, connection{o.ID, o.Name, o.Strategy})
	}
	slices.SortStableFunc(out, func(a, b connection) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return listing(c, "connections", out)
}
