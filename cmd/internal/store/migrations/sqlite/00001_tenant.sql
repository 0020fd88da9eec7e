-- +goose Up
create table revision (
	id integer primary key check (id = 1),
	n  bigint not null
);
insert into revision(id, n) values (1, 0);

-- Names and descriptions are kept as sent; their keys are folded, to search and
-- sort by. lists tells which of a record's lists were ever used, as bits
-- (groups.go, roles.go): an empty list is shown, one never used is not. layout is
-- how an imported record was written, where that is not the usual way
-- (layout.go). metadata is a JSON object, or empty. twin is 0 but for those that an
-- import brought with the name of another one: nobody else makes a name twice.
create table groups (
	seq             integer primary key autoincrement,
	id              text not null unique,
	name            text not null,
	name_key        text not null,
	twin            integer not null default 0,
	description     text not null,
	description_key text not null,
	lists           integer not null,
	layout          text not null default '',
	metadata        text not null default '',
	created         bigint not null,
	updated         bigint not null,
	unique (name_key, twin)
);

create table group_members (
	seq      integer primary key autoincrement,
	group_id text not null references groups(id) on delete cascade,
	user_id  text not null,
	unique (group_id, user_id)
);
create index group_members_user on group_members(user_id, group_id);

-- Who is to be a member once the tenant knows a user with that address, verified.
create table group_pending (
	seq       integer primary key autoincrement,
	group_id  text not null references groups(id) on delete cascade,
	email     text not null,
	email_key text not null,
	added     bigint not null,
	unique (group_id, email_key)
);
create index group_pending_email on group_pending(email_key);

-- nested_id and role_id refer to nothing the database checks: an old export
-- may name groups and roles that are gone, and they are kept and shown.
create table group_nested (
	seq       integer primary key autoincrement,
	group_id  text not null references groups(id) on delete cascade,
	nested_id text not null,
	unique (group_id, nested_id)
);
create index group_nested_nested on group_nested(nested_id);

create table group_roles (
	seq      integer primary key autoincrement,
	group_id text not null references groups(id) on delete cascade,
	role_id  text not null,
	unique (group_id, role_id)
);
create index group_roles_role on group_roles(role_id);

create table group_mappings (
	seq             integer primary key autoincrement,
	id              text not null unique,
	group_id        text not null references groups(id) on delete cascade,
	group_name      text not null,
	connection_name text not null,
	layout          text not null default ''
);
create index group_mappings_group on group_mappings(group_id);
create index group_mappings_source on group_mappings(connection_name, group_name);

create table roles (
	seq              integer primary key autoincrement,
	id               text not null unique,
	name             text not null,
	name_key         text not null,
	twin             integer not null default 0,
	description      text not null,
	description_key  text not null,
	application_type text not null,
	application_id   text not null,
	lists            integer not null,
	layout           text not null default '',
	created          bigint not null,
	updated          bigint not null,
	unique (application_id, name_key, twin)
);

create table role_permissions (
	seq           integer primary key autoincrement,
	role_id       text not null references roles(id) on delete cascade,
	permission_id text not null
);
create index role_permissions_role on role_permissions(role_id);
create index role_permissions_permission on role_permissions(permission_id);

create table role_users (
	seq     integer primary key autoincrement,
	role_id text not null references roles(id) on delete cascade,
	user_id text not null,
	unique (role_id, user_id)
);
create index role_users_user on role_users(user_id, role_id);

create table permissions (
	seq              integer primary key autoincrement,
	id               text not null unique,
	name             text not null,
	name_key         text not null,
	twin             integer not null default 0,
	description      text not null,
	description_key  text not null,
	application_type text not null,
	application_id   text not null,
	layout           text not null default '',
	created          bigint not null,
	updated          bigint not null,
	unique (application_id, name_key, twin)
);

-- profile is the user whole, as the Management API gives it. The columns beside
-- it are copies to search and sort by; texts among them are folded, but for
-- user_id and the times. search holds name, email, nickname, username and id,
-- a line each.
create table users (
	seq          integer primary key autoincrement,
	user_id      text not null unique,
	id_key       text not null,
	email        text not null,
	name         text not null,
	nickname     text not null,
	connection   text not null,
	search       text not null,
	last_login   text not null,
	logins_count bigint not null,
	created_at   text not null,
	updated_at   text not null,
	profile      text not null
);
create index users_email on users(email);
-- A search within these looks at each user, and a page far behind counts all before it:
-- here neither reads the profiles.
create index users_name on users(name, seq, email, nickname, user_id);
create index users_nickname on users(nickname);
create index users_last_login on users(last_login);
create index users_created_at on users(created_at);

create table user_permissions (
	seq        integer primary key autoincrement,
	user_id    text not null references users(user_id) on delete cascade,
	api        text not null,
	permission text not null,
	created    bigint not null,
	unique (user_id, api, permission)
);
create index user_permissions_permission on user_permissions(api, permission);

-- The Management API's own roles. They give permissions of APIs, know no groups
-- and no applications, and have nothing to do with the roles above.
create table core_roles (
	seq         integer primary key autoincrement,
	id          text not null unique,
	name        text not null,
	name_key    text not null unique,
	description text not null,
	created     bigint not null,
	updated     bigint not null
);

create table core_role_permissions (
	seq        integer primary key autoincrement,
	role_id    text not null references core_roles(id) on delete cascade,
	api        text not null,
	permission text not null,
	unique (role_id, api, permission)
);
create index core_role_permissions_permission on core_role_permissions(api, permission);

create table core_role_users (
	seq     integer primary key autoincrement,
	role_id text not null references core_roles(id) on delete cascade,
	user_id text not null references users(user_id) on delete cascade,
	unique (role_id, user_id)
);
create index core_role_users_user on core_role_users(user_id);

create table resource_servers (
	seq        integer primary key autoincrement,
	id         text not null unique,
	identifier text not null unique,
	name       text not null,
	document   text not null
);

create table connections (
	seq      integer primary key autoincrement,
	id       text not null unique,
	name     text not null unique,
	strategy text not null,
	document text not null
);

-- An application of the tenant. One with a secret_hash can ask for tokens of
-- its own, with the scopes it was granted.
create table clients (
	seq         integer primary key autoincrement,
	client_id   text not null unique,
	name        text not null,
	app_type    text not null,
	secret_hash text not null,
	scopes      text not null,
	created     bigint not null,
	document    text not null
);

create table accounts (
	seq           integer primary key autoincrement,
	subject       text not null unique,
	email         text not null,
	email_key     text not null unique,
	name          text not null,
	role          text not null,
	password_hash text not null,
	created       bigint not null,
	updated       bigint not null
);

-- What is only kept as it was written: configuration (configuration.go), and
-- rules and applications of an export of the Authorization Extension. body is
-- one record, as JSON.
create table documents (
	seq  integer primary key autoincrement,
	kind text not null,
	body text not null
);

create index documents_kind on documents(kind);

-- What the tenant held before an import: an export, compressed, in parts.
create table snapshots (
	seq     integer primary key autoincrement,
	id      text not null unique,
	at      bigint not null,
	subject text not null,
	client  text not null,
	reason  text not null,
	counts  text not null,
	size    bigint not null
);

create table snapshot_parts (
	snapshot text not null references snapshots(id) on delete cascade,
	part     bigint not null,
	body     blob  not null,
	primary key (snapshot, part)
);

create table journal (
	seq        integer primary key autoincrement,
	at         bigint not null,
	subject    text not null,
	client     text not null,
	request_id text not null,
	action     text not null,
	kind       text not null,
	object_id  text not null,
	before     text not null,
	after      text not null
);
create index journal_object on journal(kind, object_id);

-- +goose StatementBegin
create trigger journal_keeps_updates before update on journal
begin
	select raise(abort, 'the journal is append-only');
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger journal_keeps_deletes before delete on journal
begin
	select raise(abort, 'the journal is append-only');
end;
-- +goose StatementEnd

-- What was changed of the graph of access: groups and what they nest, grant and
-- map, roles and their permissions. The largest seq is the version of the graph;
-- memberships are not part of it. Triggers write the log, so that no change can
-- pass it by, and keep it short: whoever is further behind reads everything.
create table graph_changes (
	seq       integer primary key autoincrement,
	kind      text not null,
	object_id text not null
);
-- +goose StatementBegin
create trigger graph_changes_end after insert on graph_changes
begin
	delete from graph_changes where seq <= new.seq - 10000;
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger groups_insert_logged after insert on groups
begin
	insert into graph_changes(kind, object_id) values ('group', new.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger groups_delete_logged after delete on groups
begin
	insert into graph_changes(kind, object_id) values ('group', old.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger groups_update_logged after update of name, description on groups
begin
	insert into graph_changes(kind, object_id) values ('group', new.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger group_nested_insert_logged after insert on group_nested
begin
	insert into graph_changes(kind, object_id) values ('group', new.group_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger group_nested_delete_logged after delete on group_nested
begin
	insert into graph_changes(kind, object_id) values ('group', old.group_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger group_roles_insert_logged after insert on group_roles
begin
	insert into graph_changes(kind, object_id) values ('group', new.group_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger group_roles_delete_logged after delete on group_roles
begin
	insert into graph_changes(kind, object_id) values ('group', old.group_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger group_mappings_insert_logged after insert on group_mappings
begin
	insert into graph_changes(kind, object_id) values ('group', new.group_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger group_mappings_delete_logged after delete on group_mappings
begin
	insert into graph_changes(kind, object_id) values ('group', old.group_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger roles_insert_logged after insert on roles
begin
	insert into graph_changes(kind, object_id) values ('role', new.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger roles_delete_logged after delete on roles
begin
	insert into graph_changes(kind, object_id) values ('role', old.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger roles_update_logged after update of name, description, application_type, application_id on roles
begin
	insert into graph_changes(kind, object_id) values ('role', new.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger role_permissions_insert_logged after insert on role_permissions
begin
	insert into graph_changes(kind, object_id) values ('role', new.role_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger role_permissions_delete_logged after delete on role_permissions
begin
	insert into graph_changes(kind, object_id) values ('role', old.role_id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger permissions_insert_logged after insert on permissions
begin
	insert into graph_changes(kind, object_id) values ('permission', new.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger permissions_delete_logged after delete on permissions
begin
	insert into graph_changes(kind, object_id) values ('permission', old.id);
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger permissions_update_logged after update of name, description, application_type, application_id on permissions
begin
	insert into graph_changes(kind, object_id) values ('permission', new.id);
end;
-- +goose StatementEnd

-- What the OpenID provider remembers. Secrets are kept as hashes, or sealed
-- with a key that is not in the database.
create table signing_keys (
	id      text primary key,
	sealed  blob not null,
	created bigint not null
);

create table auth_requests (
	id      text primary key,
	code    text not null unique,
	expires bigint not null,
	data    text not null
);
create index auth_requests_expires on auth_requests(expires);

create table refresh_tokens (
	hash      text primary key,
	family    text not null,
	subject   text not null,
	client    text not null,
	scopes    text not null,
	audience  text not null,
	auth_time bigint not null,
	used      bigint not null,
	expires   bigint not null
);
create index refresh_tokens_family on refresh_tokens(family);
create index refresh_tokens_subject on refresh_tokens(subject, client);
create index refresh_tokens_expires on refresh_tokens(expires);

create table sign_in_failures (
	subject text primary key,
	count   bigint not null,
	until   bigint not null,
	forget  bigint not null
);

-- What providers sent at sign-ins: names of groups, and nothing of who signed in.
-- first_day and last_day are days since 1970; days is on how many it was sent.
create table seen_groups (
	connection_name text not null,
	group_name      text not null,
	first_day       integer not null,
	last_day        integer not null,
	days            integer not null,
	primary key (connection_name, group_name)
);
create index seen_groups_last_day on seen_groups(last_day);

-- +goose Down
-- A tenant is not taken down: restore a backup instead.
