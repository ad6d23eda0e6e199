-- Who is told what was recorded: endpoints of operators' own programs, what is delivered to them, and
-- what was told already, so that the outbox can be emptied.

-- JSON, all effects of a step as an answer has them, or []; null: of a program of the version before,
-- which wrote of `notices` alone.
alter table sweep add column effects text;

-- What was taken out of the outbox: by the UTC day on which it was recorded, how much, and the sum of a
-- hash of each.  `verify` holds that against what should have been told.
create table told_sum (
    space_id     integer not null,
    programme_id integer not null,
    recorded_on  date not null,
    number       bigint not null,
    digest       numeric not null,
    primary key (space_id, programme_id, recorded_on)
);

-- Locked by the one process that empties a space's outbox at a time, so that it is told in order.
create table courier (
    space_id integer primary key references space
);

create table webhook (
    space_id         integer not null references space,
    webhook_id       text collate "C" not null,
    url              text not null,
    types            text[] collate "C" not null,  -- empty: all
    description      text not null,
    generation       integer not null default 1,   -- of its secret, which is derived and stored nowhere
    overlap_until    timestamptz,                  -- until then the secret before it signs, too
    disabled_at      timestamptz,
    disabled_because text,
    failing_since    timestamptz,
    created_at       timestamptz not null,
    created_by       text not null,
    primary key (space_id, webhook_id)
);

-- One message to one endpoint.  Who sends it moves `next_at` on first: should they die, it is due again.
create table delivery (
    space_id    integer not null,
    delivery_id text collate "C" not null,
    position    bigint generated always as identity,
    webhook_id  text collate "C" not null,
    type        text collate "C" not null,
    member_id   text collate "C",
    body        text not null,
    made_at     timestamptz not null,
    state       text collate "C" not null default 'waiting',  -- delivered, dead, dropped
    attempts    integer not null default 0,        -- of which it is known how they ended
    claims      integer not null default 0,        -- how often somebody took it to send it
    next_at     timestamptz not null,
    primary key (space_id, delivery_id)
);
create index delivery_due on delivery (space_id, webhook_id, next_at) where state = 'waiting';
create index delivery_of_member on delivery (space_id, webhook_id, member_id, position)
    where state = 'waiting';
create index delivery_listed on delivery (space_id, webhook_id, position);
create index delivery_dead on delivery (space_id, webhook_id, position) where state = 'dead';
create index delivery_by_time on delivery (made_at);

create table attempt (
    space_id     integer not null,
    delivery_id  text collate "C" not null,
    n            integer not null,                 -- which claim it was
    at           timestamptz not null,
    milliseconds integer not null,
    status       smallint,
    error        text,
    response     text not null,                    -- how it begins
    primary key (space_id, delivery_id, n)
);

-- ---- messages to members -------------------------------------------------------------------------

-- One message to one member by one notifier.  What it says is put into words as it is sent, in the
-- language that the member has then, and to the address that they have then: neither is kept here.
create table message (
    space_id     integer not null,
    message_id   text collate "C" not null,
    position     bigint generated always as identity,
    programme_id integer not null,
    version      integer not null,
    notifier     text collate "C" not null,
    member_id    text collate "C" not null,
    type         text collate "C" not null,
    effect       text not null,                    -- JSON: what it tells of
    made_at      timestamptz not null,
    state        text collate "C" not null default 'waiting',  -- sent, unsent, dead
    reason       text,                             -- why it was not sent
    attempts     integer not null default 0,
    claims       integer not null default 0,
    next_at      timestamptz not null,
    sent_at      timestamptz,
    primary key (space_id, message_id)
);
create index message_due on message (next_at) where state = 'waiting';
create index message_listed on message (space_id, position);
create index message_of_member on message (space_id, member_id, position);
create index message_by_time on message (made_at);

-- A version that is being told to all its members, up to one of them.
create table announcing (
    space_id     integer not null,
    programme_id integer not null,
    version      integer not null,
    notifiers    text[] collate "C" not null,
    after        text collate "C" not null default '',
    primary key (space_id, programme_id, version)
);
