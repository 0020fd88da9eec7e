// Drives a Management API with Auth0's own client, and prints what it saw as
// one line of JSON.
//
//   node drive.mjs <domain> <user id> <API identifier> <permission>
//
// The machine client that it signs in as is read from stdin, as
// trellis client add --json prints it.
//
// The client builds https://<domain>/api/v2 by itself and takes no other base
// address, so the domain may hold a port, and the server has to speak TLS. A
// certificate that is not publicly trusted is named in NODE_EXTRA_CA_CERTS.

import { readFileSync } from "node:fs";
import { ManagementClient, ManagementError } from "auth0";

const [domain, user, identifier, permission] = process.argv.slice(2);
const { client_id: clientId, client_secret: clientSecret } = JSON.parse(readFileSync(0, "utf8"));
const api = new ManagementClient({ domain, clientId, clientSecret, maxRetries: 0, timeoutInSeconds: 20 });
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

const withPassword = await api.users.create({ connection: "Users", email: "pw@example.com", password: "Tr0ub4dor & seventeen" });
seen.password = Object.keys(withPassword).includes("password");
await api.users.delete(withPassword.user_id);
seen.weak = await api.users.create({ connection: "Users", email: "pw@example.com", password: "secret" }).catch((e) => ({
  known: e instanceof ManagementError, status: e.statusCode, message: e.body?.message.split(":")[0],
}));

await api.users.permissions.create(user, held);
seen.assigned = await names();
await api.users.permissions.delete(user, held);
seen.removed = await names();

const role = await api.roles.create({ name: "SDK role", description: "Made here" });
seen.role = { form: /^rol_[A-Za-z0-9]{16}$/.test(role.id), name: role.name, read: (await api.roles.get(role.id)).description };
seen.renamed = (await api.roles.update(role.id, { name: "SDK role 2" })).name;
seen.roles = (await all(api.roles.list({ name_filter: "sdk", per_page: 1 }))).map((r) => r.name);
seen.conflict = await api.roles.create({ name: "sdk ROLE 2" }).catch((e) => ({ status: e.statusCode, code: e.body?.errorCode }));

await api.roles.permissions.add(role.id, held);
seen.given = (await all(api.roles.permissions.list(role.id))).map((p) => [p.permission_name, p.resource_server_name, p.description].join());
await api.roles.users.assign(role.id, { users: [user, "auth0|2", "ad|3"] });
seen.holders = (await all(api.roles.users.list(role.id, { take: 2 }))).map((u) => u.user_id);

const effective = async () =>
  (await all(api.users.effectivePermissions.list(user, { resource_server_identifier: identifier, take: 1 }))).map((p) => [p.permission_name, ...p.sources].join());
seen.byRole = { names: await names(), effective: await effective() };
await api.users.permissions.create(user, held);
seen.byBoth = { names: await names(), effective: await effective() };
await api.users.permissions.delete(user, held);
seen.stillByRole = await effective();
seen.sources = (await all(api.users.effectivePermissions.sources.roles.list(user, {
  resource_server_identifier: identifier, permission_name: permission }))).map((r) => [r.name, ...r.sources].join());
seen.effectiveRoles = (await all(api.users.effectiveRoles.list(user, { take: 1 }))).map((r) => [r.name, ...r.sources].join());

await api.users.roles.delete(user, { roles: [role.id] });
seen.rolesAfter = (await all(api.users.roles.list(user))).map((r) => r.name);
await api.users.roles.assign(user, { roles: [role.id] });
seen.rolesAgain = (await all(api.users.roles.list(user, { per_page: 1 }))).map((r) => r.name);
await api.roles.permissions.delete(role.id, held);
seen.nothingLeft = await effective();
await api.roles.delete(role.id);
seen.roleGone = await api.roles.get(role.id).catch((e) => ({ known: e instanceof ManagementError, status: e.statusCode, message: e.body?.message }));

const [server] = await all(api.resourceServers.list({ identifiers: [identifier] }));
const patched = await api.resourceServers.update(server.id, { enforce_policies: true, token_dialect: "access_token_authz" });
seen.rbac = { enforced: patched.enforce_policies, dialect: (await api.resourceServers.get(identifier)).token_dialect };

seen.clients = (await all(api.clients.list({ fields: "name" }))).map((c) => c.name).sort();
seen.connections = (await all(api.connections.list({ take: 1 }))).map((c) => c.name);

console.log(JSON.stringify(seen));
