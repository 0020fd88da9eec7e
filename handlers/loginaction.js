/**
 * Asks Trellis what the user may do, and puts it into the tokens.
 * Secrets of this Action: TRELLIS_API_KEY, the API key of Trellis.
 */
const API = {{.API}};
const NAMESPACE = {{.Namespace}};

exports.onExecutePostLogin = async (event, api) => {
  const user = encodeURIComponent(event.user.user_id);
  const client = encodeURIComponent(event.client.client_id);
  let policy;
  try {
    const answer = await fetch(`${API}/users/${user}/policy/${client}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": event.secrets.TRELLIS_API_KEY },
      body: JSON.stringify({ connectionName: event.connection.name, groups: event.user.groups ?? [] }),
      signal: AbortSignal.timeout(5000),
    });
    if (!answer.ok) throw new Error(`Trellis answers ${answer.status}`);
    policy = await answer.json();
  } catch (error) {
    console.log(error.message);
{{- if .Continue}}
    return; // the sign-in goes on, without groups, roles and permissions
{{- else}}
    return api.access.deny("What you may do could not be found out. Try again in a moment.");
{{- end}}
  }
{{- if .Passes}}

  // What the connection sends stays beside what is managed in Trellis.
  const both = (name) => [...new Set([...(event.user[name] ?? []), ...policy[name]])];
{{- range .Passes}}
  policy.{{.}} = both("{{.}}");
{{- end}}
{{- end}}
{{- range $name := .Claims}}
{{range $.Setters}}
  api.{{.}}.setCustomClaim(`${NAMESPACE}{{$name}}`, policy.{{$name}});
{{- end}}
{{- end}}
{{- if .Persists}}

  api.user.setAppMetadata("authorization", {
{{- range .Persists}}
    {{.}}: policy.{{.}},
{{- end}}
  });
{{- end}}
};
