-- Members to whom others belong: what these do is the household's, in accounts of its own.
create table household (
    space_id     integer not null references space,
    household_id text collate "C" not null,   -- a member's id
    name         text,                        -- personal
    made_at      timestamptz not null,
    dissolved_at timestamptz,
    primary key (space_id, household_id)
);
-- Who belongs to which, or once did: what they did meanwhile stays the household's.
create table household_person (
    space_id     integer not null,
    household_id text collate "C" not null,
    member_id    text collate "C" not null,
    may_spend    boolean not null,
    joined_at    timestamptz not null,        -- the last time
    left_at      timestamptz,                 -- null: they belong to it
    primary key (space_id, household_id, member_id),
    foreign key (space_id, household_id) references household,
    check (member_id <> household_id)
);
create index household_person_member on household_person (space_id, member_id);
-- Who belongs to a household does so to one.
create unique index household_of on household_person (space_id, member_id) where left_at is null;
