-- What members were refused for safety, for staff to look at: one row for each event, or reservation
-- that was asked for, of which something was to be taken.  Kept for a time, and erased with whom it
-- is about.
create table refused_spend (
    space_id     integer not null,
    programme_id integer not null,
    position     bigint generated always as identity,
    recorded_at  timestamptz not null,
    member_id    text collate "C" not null,
    source       text collate "C" not null,
    event_id     text collate "C" not null,
    type         text not null,
    asked_by     text collate "C" not null,   -- event, or reservation: then there is no such event
    reason       text collate "C" not null,
    claims       text not null,               -- JSON: by what it was to be taken, and of what, each
    location     text,
    terminal     text,
    cashier      text,
    primary key (space_id, position),
    foreign key (space_id, programme_id) references programme
);
create index refused_spend_of_member on refused_spend (space_id, member_id, position);
create index refused_spend_by_time on refused_spend using brin (recorded_at);
