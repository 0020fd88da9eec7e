// Drives a Management API with Auth0's own client, and prints what it saw as
// one line of JSON.
//
//   node drive.mjs <domain> <user id> <API identifier> <permission>   (the token is read from stdin)
//
// The client builds https://<domain>/api/v2 by itself and takes no other base
// address, so the domain may hold a port, and the server has to speak TLS. A
// certificate that is not publicly trusted is named in NODE_EXTRA_CA_CERTS.

import { readFileSync } from "node:fs";
import { ManagementClient, ManagementError } from "auth0";

const [domain, user, identifier, permission] = process.argv.slice(2);
const token = readFileSync(0, "utf8").trim();
const api = new ManagementClient({ domain, token, maxRetries: 0, timeoutInSeconds: 20 });
const held = { permissions: [{ resource_server_identifier: identifier, permission_name: permission }] };

async function all(list) {
  const out = [];
  for await (const item of await list) out.push(item);
  return out;
}

const names = async () => (await all(api.users.permissions.list(user))).map((p) => p.permission_name);

const seen = {};

seen.users = (await all(api.users.list({ per_page: 2, sort: "user_id:1" }))).map((u) => u.user_id);
seen.found = (await all(api.users.list({ q: `user_id:"${user}"` }))).map((u) => u.user_id);

const created = await api.users.create({ connection: "Users", email: "sdk@example.com", user_metadata: { a: 1, b: 2 } });
const updated = await api.users.update(created.user_id, { name: "SDK", user_metadata: { a: null } });
seen.updated = { name: updated.name, metadata: updated.user_metadata };
await api.users.delete(created.user_id);
seen.gone = await api.users.get(created.user_id).catch((e) => ({
  known: e instanceof ManagementError, status: e.statusCode, code: e.body?.errorCode,
}));

await api.users.permissions.create(user, held);
seen.assigned = await names();
await api.users.permissions.delete(user, held);
seen.removed = await names();

const [server] = await all(api.resourceServers.list({ identifiers: [identifier] }));
const patched = await api.resourceServers.update(server.id, { enforce_policies: true, token_dialect: "access_token_authz" });
seen.rbac = { enforced: patched.enforce_policies, dialect: (await api.resourceServers.get(identifier)).token_dialect };

seen.clients = (await all(api.clients.list({ fields: "client_id" }))).map((c) => c.client_id);
seen.connections = (await all(api.connections.list({ take: 1 }))).map((c) => c.name);

console.log(JSON.stringify(seen));
