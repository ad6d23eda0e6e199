-- Events, what was made of them, and the ledger.  The first key column of every table is the space:
-- one operator's world, the column to distribute by.  Instants are timestamptz, local days of a
-- programme are dates, units and money are whole smallest units.  Keys are compared as bytes,
-- whatever collation the database has: quicker, and the order in which rows are locked.

create table space (
    space_id    integer primary key,
    name        text collate "C" not null unique,
    secret      bytea not null,               -- keys the fingerprints of events
    recorded_at timestamptz not null
);

-- ---- programmes ---------------------------------------------------------------------------------

create table programme (
    space_id     integer not null references space,
    programme_id integer not null,
    name         text collate "C" not null,   -- the id in the document
    revision     integer not null,            -- grows with each publication: processes notice by it
    primary key (space_id, programme_id),
    unique (space_id, name)
);

create table programme_version (
    space_id       integer not null,
    programme_id   integer not null,
    version        integer not null,
    document       text not null,             -- as it was written, YAML or JSON
    code_key       bytea not null,            -- keys the codes of vouchers
    effective_from timestamptz not null,      -- -infinity for the first
    published_at   timestamptz not null,
    primary key (space_id, programme_id, version),
    foreign key (space_id, programme_id) references programme
);

-- ---- members: whom the facts are about, in rows that can be erased ------------------------------

create table member (
    space_id    integer not null references space,
    member_id   text collate "C" not null,    -- the operator's own, or a UUIDv7
    recorded_at timestamptz not null,
    erased_at   timestamptz,
    personal    json,                         -- birthday and free texts of the profile, as they are now
    primary key (space_id, member_id)
);

create table identifier (
    space_id    integer not null,
    kind        text collate "C" not null,    -- card, phone, email, app, pass
    value       text collate "C" not null,
    member_id   text collate "C" not null,
    recorded_at timestamptz not null,
    primary key (space_id, kind, value)
);
create index identifier_of_member on identifier (space_id, member_id);

-- What an event said about a person: free texts, a birthday, the number of a card.
create table personal (
    space_id  integer not null,
    source    text collate "C" not null,
    event_id  text collate "C" not null,
    member_id text collate "C",
    said      json not null,
    primary key (space_id, source, event_id)
);
create index personal_of_member on personal (space_id, member_id);

-- ---- facts --------------------------------------------------------------------------------------

create table event (
    space_id    integer not null,
    source      text collate "C" not null,
    event_id    text collate "C" not null,
    type        text not null,
    member_id   text collate "C",             -- null: a guest
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    schema      smallint not null,            -- of the facts
    facts       text not null,                -- JSON, without names
    fingerprint bytea not null,               -- of all that was sent: the same request twice is one
    primary key (space_id, source, event_id)
);
-- Publishing asks whether anything has happened since the new version's time.
create index event_by_time on event using brin (occurred_at) with (autosummarize = on);

-- What one programme made of an event.  `seq` counts what happened to the member's account, sweeps
-- included: the order of recording, in which `verify` folds.
create table record (
    space_id     integer not null,
    source       text collate "C" not null,
    event_id     text collate "C" not null,
    programme_id integer not null,
    version      integer not null,
    member_id    text collate "C",
    seq          bigint,                      -- null: a guest, or who is no member
    plan         text,                        -- the key of the plan that decided
    read         bytea,                       -- what the decision read, and what it posted
    posted       bytea,
    inputs       bytea,                       -- what came from outside the member and the facts
    answer       text not null,               -- JSON, as it was given
    recorded_at  timestamptz not null,
    primary key (space_id, source, event_id, programme_id)
) with (toast_tuple_target = 8160);           -- to compress each answer takes longer than to write it
create unique index record_of_account on record (space_id, programme_id, member_id, seq);

-- Time that passed for an account without an event: due work up to and including a local day.
create table sweep (
    space_id     integer not null,
    programme_id integer not null,
    member_id    text collate "C" not null,
    seq          bigint not null,
    version      integer not null,
    until        date not null,
    recorded_at  timestamptz not null,
    primary key (space_id, programme_id, member_id, seq)
);

-- ---- the ledger ---------------------------------------------------------------------------------

-- The folded state of a member in a programme; this row is the lock.
create table account (
    space_id     integer not null,
    programme_id integer not null,
    member_id    text collate "C" not null,
    seq          bigint not null,
    version      integer not null,            -- whose layout the state has
    layout       text not null,
    state        bytea not null,
    next_due     date,                        -- null: never
    attributes   text not null default '{}',  -- JSON: what the profile says that is not personal
    primary key (space_id, programme_id, member_id)
) with (fillfactor = 70);
create index account_due on account (space_id, programme_id, next_due) where next_due is not null;

create type ledger_account as enum (
    'wallet', 'pending', 'held',              -- the member's
    'issuance', 'redeemed', 'breakage', 'adjustment', 'settlement'
);

-- One movement of units between two accounts: a debit and a credit of the same size, so that a
-- transaction (the entries of one seq) cannot but balance.  Never changed, never deleted.
create table entry (
    space_id      integer not null,
    programme_id  integer not null,
    member_id     text collate "C" not null,
    seq           bigint not null,
    n             integer not null,
    currency      text collate "C" not null,
    debit         ledger_account not null,
    credit        ledger_account not null,
    units         bigint not null check (units > 0),
    earned        date not null,              -- the lot's key
    ends          date,                       --   null: has no end of its own
    accrual       text,                       -- base or bonus, of what is earned
    funder        text,
    rule          text,
    effect        text not null,              -- the effect's id
    occurred_at   timestamptz not null,
    recorded_at   timestamptz not null,
    accounting_on date not null,
    primary key (space_id, programme_id, member_id, seq, n),
    check (debit <> credit)
);
-- Days follow one another in the file, too: this costs next to nothing to keep.
create index entry_by_day on entry using brin (accounting_on) with (autosummarize = on);

create table voucher (
    space_id     integer not null,
    code         text collate "C" not null,
    programme_id integer not null,
    member_id    text collate "C" not null,
    reward       text collate "C" not null,
    state        text not null,
    expires      date,
    seq          bigint not null,             -- what issued it
    n            integer not null,            --   and its place among what that issued
    primary key (space_id, code)
);
create index voucher_of_member on voucher (space_id, programme_id, member_id, seq, n);

-- What has been used of a budget or a stock, for everybody together; locked once a batch.
create table budget (
    space_id     integer not null,
    programme_id integer not null,
    name         text collate "C" not null,
    period       integer not null,            -- number of the calendar unit; 0: for ever
    used         bigint not null,
    primary key (space_id, programme_id, name, period)
) with (fillfactor = 50);

-- ---- what is told to others ---------------------------------------------------------------------

create table outbox (
    space_id     integer not null,
    position     bigint generated always as identity,
    source       text collate "C" not null,
    event_id     text collate "C" not null,
    programme_id integer not null,
    recorded_at  timestamptz not null,
    primary key (space_id, position)
);

-- ---- projections: all of it can be made again from the entries ----------------------------------

create view leg as
    select space_id, programme_id, member_id, seq, n, currency, credit as account, units,
           earned, ends, funder, accounting_on, occurred_at
    from entry
    union all
    select space_id, programme_id, member_id, seq, n, currency, debit, -units,
           earned, ends, funder, accounting_on, occurred_at
    from entry;

create view lot as
    select space_id, programme_id, member_id, currency, account, earned, ends, sum(units) as units
    from leg
    where account in ('wallet', 'pending', 'held')
    group by space_id, programme_id, member_id, currency, account, earned, ends
    having sum(units) <> 0;

create view wallet as
    select space_id, programme_id, member_id, currency,
           coalesce(sum(units) filter (where account = 'wallet'), 0) as balance,
           coalesce(sum(units) filter (where account = 'pending'), 0) as pending,
           coalesce(sum(units) filter (where account = 'held'), 0) as held
    from leg
    where account in ('wallet', 'pending', 'held')
    group by space_id, programme_id, member_id, currency;

-- What was moved on each accounting day that is over: what liability is read from.
create table daily_total (
    space_id      integer not null,
    programme_id  integer not null,
    accounting_on date not null,
    currency      text collate "C" not null,
    debit         ledger_account not null,
    credit        ledger_account not null,
    funder        text not null default '',
    units         bigint not null,
    primary key (space_id, programme_id, accounting_on, currency, debit, credit, funder)
);
