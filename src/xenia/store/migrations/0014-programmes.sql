-- What becomes a version before it is one: drafts, who has written and who approved them; versions
-- that were taken back before they held; how far a version's first day has been told to accounts.

alter table space
    add column four_eyes boolean not null default true;  -- nobody approves what they have written

create table draft (
    space_id          integer not null references space,
    draft_id          text collate "C" not null,
    position          bigint generated always as identity,  -- the order in which they were begun
    programme         text collate "C",       -- the id in the document, where it can be read
    document          text not null,          -- as it was written, YAML or JSON
    revision          integer not null,       -- grows with each change: who writes names the one read
    authors           text[] not null,        -- all who have written in it
    created_at        timestamptz not null,
    changed_at        timestamptz not null,
    approved_revision integer,                -- another than `revision`: it was changed since
    approved_versions integer,                -- how many versions there were when it was approved
    approved_by       text collate "C",
    approved_at       timestamptz,
    published_version integer,
    primary key (space_id, draft_id)
);
create unique index draft_in_order on draft (space_id, position);

-- A version that was withdrawn before it took effect has never decided anything, and never will.
alter table programme_version
    add column withdrawn_at timestamptz,
    add column withdrawal   text collate "C", -- JSON: what members are told of it; null: nothing
    add column reach        text collate "C"; -- the last account that knows of its first day; null: all

-- Of the version that a row tells: that it does not come after all.
alter table outbox add column withdrawn boolean;

-- ---- stock --------------------------------------------------------------------------------------

-- What came or went beside what the programme says there is; the sum is kept where it is locked.
alter table budget add column added bigint not null default 0;

create table stock_change (
    space_id     integer not null,
    programme_id integer not null,
    name         text collate "C" not null,   -- of the budget
    position     bigint generated always as identity,
    units        bigint not null check (units <> 0),
    actor        text collate "C" not null,
    recorded_at  timestamptz not null,
    primary key (space_id, programme_id, name, position)
);

-- ---- staff --------------------------------------------------------------------------------------

create table staff (
    space_id        integer not null references space,
    staff_id        text collate "C" not null, -- by which the trail names a person, for ever
    position        bigint generated always as identity,
    role            text not null,
    email           text collate "C",          -- in small letters; null: erased
    name            text,
    password        text,                      -- a slow hash with its cost; null: never came
    invitation      bytea unique,              -- SHA-256 of what whoever is invited has
    invited_until   timestamptz,
    created_at      timestamptz not null,
    created_by      text collate "C" not null,
    disabled_at     timestamptz,
    last_sign_in_at timestamptz,
    primary key (space_id, staff_id),
    unique (space_id, email)
);
create unique index staff_in_order on staff (space_id, position);

create table staff_session (
    space_id     integer not null,
    digest       bytea not null unique,        -- SHA-256 of the token
    staff_id     text collate "C" not null,
    begun_at     timestamptz not null,
    expires_at   timestamptz not null,
    last_used_at timestamptz,
    ended_at     timestamptz,
    primary key (space_id, digest),
    foreign key (space_id, staff_id) references staff
);
create index staff_session_of on staff_session (space_id, staff_id);

-- How often in a row somebody could not sign in, by a keyed hash of the address, known or not.
create table sign_in_failure (
    space_id integer not null references space,
    who      bytea not null,
    failures integer not null,
    last_at  timestamptz not null,
    primary key (space_id, who)
);
