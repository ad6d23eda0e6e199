-- Shops that send what happens in them, and what of it could not be used yet.

create table connection (
    space_id      integer not null references space,
    connection_id text collate "C" not null unique,  -- part of the address that the shop sends to
    kind          text collate "C" not null,
    name          text collate "C" not null,         -- in the operator's words; part of the source
    programme     text collate "C",                  -- null: the only one that there is
    options       json not null,
    secret        bytea not null,                    -- sealed: what deliveries are signed with
    token         bytea,                             -- sealed: what the shop is asked with
    created_at    timestamptz not null,
    created_by    text not null,
    primary key (space_id, connection_id),
    unique (space_id, kind, name)
);

-- Deliveries that wait for another one, or are looked at by somebody; all others leave events only.
create table connection_delivery (
    space_id      integer not null,
    delivery_id   bigint generated always as identity,
    connection_id text collate "C" not null,
    digest        bytea not null,                    -- the same delivery again is the same row
    topic         text not null,
    body          text not null,                     -- as it came; empty once a person in it is erased
    fetched       json not null,                     -- what the shop was asked for besides, by path
    waits_for     text collate "C",                  -- the order, where one is not recorded yet
    pointer       text not null,
    code          text not null,
    reason        text not null,
    times         integer not null default 1,
    received_at   timestamptz not null,
    primary key (space_id, delivery_id),
    unique (space_id, connection_id, digest),
    foreign key (space_id, connection_id) references connection on delete cascade
);
create index connection_delivery_that_waits on connection_delivery (space_id, connection_id, waits_for)
    where waits_for is not null;
create index connection_delivery_by_time on connection_delivery (received_at);
