-- Who may do what in which space, what was changed by whom, and which writes were answered already.

-- An operator has two worlds that know nothing of each other: the live one, and one to try things.
alter table space
    add column mode text collate "C" not null default 'live' check (mode in ('live', 'test')),
    add column access bigint not null default 0;  -- grows with each change of its keys

create table api_key (
    space_id     integer not null references space,
    key_id       text collate "C" not null,
    name         text not null,               -- what it is for, in the operator's words
    shown        text not null,               -- how it begins; it is stored nowhere else
    digest       bytea not null unique,       -- SHA-256 of the whole key
    scopes       text[] not null,
    per_minute   integer check (per_minute > 0),
    created_at   timestamptz not null,
    created_by   text not null,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    primary key (space_id, key_id)
);

-- Writes other than events, by the key that their sender gave each: the same request twice is one.
create table request (
    space_id    integer not null references space,
    actor       text collate "C" not null,
    key         text collate "C" not null,
    fingerprint bytea not null,
    status      smallint not null,
    answer      text not null,                -- JSON, without what is shown once only
    recorded_at timestamptz not null,
    primary key (space_id, actor, key)
);
create index request_by_time on request (recorded_at);

-- What was changed beside events, which tell of themselves.
create table change (
    space_id    integer not null references space,
    position    bigint generated always as identity,
    actor       text collate "C" not null,
    action      text not null,
    object      text collate "C" not null,
    before      json,
    after       json,
    request_id  text,
    recorded_at timestamptz not null,
    primary key (space_id, position)
);
create index change_of_object on change (space_id, object, position);
