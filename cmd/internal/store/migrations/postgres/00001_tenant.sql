-- +goose Up
create table revision (
	id integer primary key check (id = 1),
	n  bigint not null
);
insert into revision(id, n) values (1, 0);

-- Names and descriptions are kept as sent; their keys are folded, to search and
-- sort by. lists tells which of a record's lists were ever used, as bits
-- (groups.go, roles.go): an empty list is shown, one never used is not.
create table groups (
	seq             bigint generated always as identity primary key,
	id              text collate "C" not null unique,
	name            text not null,
	name_key        text collate "C" not null unique,
	description     text not null,
	description_key text collate "C" not null,
	lists           integer not null,
	created         bigint not null,
	updated         bigint not null
);

create table group_members (
	seq      bigint generated always as identity primary key,
	group_id text not null references groups(id) on delete cascade,
	user_id  text not null,
	unique (group_id, user_id)
);
create index group_members_user on group_members(user_id, group_id);

-- nested_id and role_id refer to nothing the database checks: an old export
-- may name groups and roles that are gone, and they are kept and shown.
create table group_nested (
	seq       bigint generated always as identity primary key,
	group_id  text not null references groups(id) on delete cascade,
	nested_id text not null,
	unique (group_id, nested_id)
);
create index group_nested_nested on group_nested(nested_id);

create table group_roles (
	seq      bigint generated always as identity primary key,
	group_id text not null references groups(id) on delete cascade,
	role_id  text not null,
	unique (group_id, role_id)
);
create index group_roles_role on group_roles(role_id);

create table group_mappings (
	seq             bigint generated always as identity primary key,
	id              text not null unique,
	group_id        text not null references groups(id) on delete cascade,
	group_name      text not null,
	connection_name text not null
);
create index group_mappings_group on group_mappings(group_id);
create index group_mappings_source on group_mappings(connection_name, group_name);

create table roles (
	seq              bigint generated always as identity primary key,
	id               text collate "C" not null unique,
	name             text not null,
	name_key         text collate "C" not null,
	description      text not null,
	description_key  text collate "C" not null,
	application_type text not null,
	application_id   text collate "C" not null,
	lists            integer not null,
	created          bigint not null,
	updated          bigint not null,
	unique (application_id, name_key)
);

create table role_permissions (
	seq           bigint generated always as identity primary key,
	role_id       text not null references roles(id) on delete cascade,
	permission_id text not null
);
create index role_permissions_role on role_permissions(role_id);
create index role_permissions_permission on role_permissions(permission_id);

create table role_users (
	seq     bigint generated always as identity primary key,
	role_id text not null references roles(id) on delete cascade,
	user_id text not null,
	unique (role_id, user_id)
);
create index role_users_user on role_users(user_id, role_id);

create table permissions (
	seq              bigint generated always as identity primary key,
	id               text collate "C" not null unique,
	name             text not null,
	name_key         text collate "C" not null,
	description      text not null,
	description_key  text collate "C" not null,
	application_type text not null,
	application_id   text collate "C" not null,
	created          bigint not null,
	updated          bigint not null,
	unique (application_id, name_key)
);

-- profile is the user whole, as the Management API gives it. The columns beside
-- it are copies to search and sort by; texts among them are folded, but for
-- user_id and the times. search holds name, email, nickname, username and id,
-- a line each.
create table users (
	seq          bigint generated always as identity primary key,
	user_id      text collate "C" not null unique,
	id_key       text collate "C" not null,
	email        text collate "C" not null,
	name         text collate "C" not null,
	nickname     text collate "C" not null,
	connection   text collate "C" not null,
	search       text collate "C" not null,
	last_login   text collate "C" not null,
	logins_count bigint not null,
	created_at   text collate "C" not null,
	updated_at   text collate "C" not null,
	profile      text not null
);
create index users_email on users(email);
create index users_name on users(name);
create index users_last_login on users(last_login);
create index users_created_at on users(created_at);

create table user_permissions (
	seq        bigint generated always as identity primary key,
	user_id    text not null references users(user_id) on delete cascade,
	api        text collate "C" not null,
	permission text collate "C" not null,
	created    bigint not null,
	unique (user_id, api, permission)
);
create index user_permissions_permission on user_permissions(api, permission);

create table resource_servers (
	seq        bigint generated always as identity primary key,
	id         text not null unique,
	identifier text not null unique,
	name       text not null,
	document   text not null
);

create table connections (
	seq      bigint generated always as identity primary key,
	id       text not null unique,
	name     text not null unique,
	strategy text not null,
	document text not null
);

-- An application of the tenant. One with a secret_hash can ask for tokens of
-- its own, with the scopes it was granted.
create table clients (
	seq         bigint generated always as identity primary key,
	client_id   text not null unique,
	name        text not null,
	app_type    text not null,
	secret_hash text not null,
	scopes      text not null,
	created     bigint not null,
	document    text not null
);

create table accounts (
	seq           bigint generated always as identity primary key,
	subject       text not null unique,
	email         text not null,
	email_key     text not null unique,
	name          text not null,
	role          text not null,
	password_hash text not null,
	created       bigint not null,
	updated       bigint not null
);

-- What an export of the Authorization Extension holds and Trellis only keeps:
-- configuration, rules, applications. body is one record, as JSON.
create table documents (
	seq  bigint generated always as identity primary key,
	kind text not null,
	body text not null
);

create table journal (
	seq        bigint generated always as identity primary key,
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
create function journal_keeps() returns trigger language plpgsql as $$
begin
	raise exception 'the journal is append-only';
end;
$$;
-- +goose StatementEnd
create trigger journal_keeps_rows before update or delete on journal
	for each row execute function journal_keeps();
create trigger journal_keeps_all before truncate on journal
	for each statement execute function journal_keeps();

-- What was changed of the graph of access: groups and what they nest, grant and
-- map, roles and their permissions. The largest seq is the version of the graph;
-- memberships are not part of it. Triggers write the log, so that no change can
-- pass it by, and keep it short: whoever is further behind reads everything.
create table graph_changes (
	seq       bigint generated always as identity primary key,
	kind      text not null,
	object_id text not null
);
-- +goose StatementBegin
create function log_graph_changes() returns trigger language plpgsql as $$
begin
	execute format('insert into graph_changes(kind, object_id) select distinct %L, %I from touched', tg_argv[0], tg_argv[1]);
	delete from graph_changes where seq <= (select max(seq) from graph_changes) - 10000;
	return null;
end;
$$;
create function log_graph_update() returns trigger language plpgsql as $$
begin
	insert into graph_changes(kind, object_id) values (tg_argv[0], new.id);
	return null;
end;
$$;
-- +goose StatementEnd
create trigger groups_insert_logged after insert on groups referencing new table as touched
	for each statement execute function log_graph_changes('group', 'id');
create trigger groups_delete_logged after delete on groups referencing old table as touched
	for each statement execute function log_graph_changes('group', 'id');
create trigger groups_update_logged after update of name, description on groups
	for each row execute function log_graph_update('group');
create trigger group_nested_insert_logged after insert on group_nested referencing new table as touched
	for each statement execute function log_graph_changes('group', 'group_id');
create trigger group_nested_delete_logged after delete on group_nested referencing old table as touched
	for each statement execute function log_graph_changes('group', 'group_id');
create trigger group_roles_insert_logged after insert on group_roles referencing new table as touched
	for each statement execute function log_graph_changes('group', 'group_id');
create trigger group_roles_delete_logged after delete on group_roles referencing old table as touched
	for each statement execute function log_graph_changes('group', 'group_id');
create trigger group_mappings_insert_logged after insert on group_mappings referencing new table as touched
	for each statement execute function log_graph_changes('group', 'group_id');
create trigger group_mappings_delete_logged after delete on group_mappings referencing old table as touched
	for each statement execute function log_graph_changes('group', 'group_id');
create trigger roles_insert_logged after insert on roles referencing new table as touched
	for each statement execute function log_graph_changes('role', 'id');
create trigger roles_delete_logged after delete on roles referencing old table as touched
	for each statement execute function log_graph_changes('role', 'id');
create trigger roles_update_logged after update of name, description, application_type, application_id on roles
	for each row execute function log_graph_update('role');
create trigger role_permissions_insert_logged after insert on role_permissions referencing new table as touched
	for each statement execute function log_graph_changes('role', 'role_id');
create trigger role_permissions_delete_logged after delete on role_permissions referencing old table as touched
	for each statement execute function log_graph_changes('role', 'role_id');
create trigger permissions_insert_logged after insert on permissions referencing new table as touched
	for each statement execute function log_graph_changes('permission', 'id');
create trigger permissions_delete_logged after delete on permissions referencing old table as touched
	for each statement execute function log_graph_changes('permission', 'id');
create trigger permissions_update_logged after update of name, description, application_type, application_id on permissions
	for each row execute function log_graph_update('permission');

-- What the OpenID provider remembers. Secrets are kept as hashes, or sealed
-- with a key that is not in the database.
create table signing_keys (
	id      text primary key,
	sealed  bytea not null,
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

-- +goose Down
-- A tenant is not taken down: restore a backup instead.
