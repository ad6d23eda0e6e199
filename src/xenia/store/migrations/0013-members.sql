-- What leads to members comes and goes; what led to them once is known until they are erased, as
-- the fingerprints of their events are of it.

alter table identifier add column blocked_at timestamptz;  -- a card that is of no use any more

create table former_identifier (
    space_id  integer not null,
    member_id text collate "C" not null,
    kind      text collate "C" not null,
    value     text collate "C" not null,
    until     timestamptz not null,
    primary key (space_id, member_id, kind, value)
);

-- What members have said of themselves: consents are read from these.
create index event_of_person on event (space_id, member_id, occurred_at)
    where type in ('enrolment', 'profile', 'card', 'leave');

-- That somebody was erased, and what was removed: of how many rows, and nothing of what stood there.
create table erasure (
    space_id   integer not null references space,
    erasure_id text collate "C" not null,
    member_id  text collate "C" not null,
    actor      text not null,
    removed    json not null,                 -- rows, by table
    digest     bytea not null,                -- SHA-256 of what this row says
    erased_at  timestamptz not null,
    primary key (space_id, erasure_id)
);
create index erasure_of_member on erasure (space_id, member_id, erased_at);
