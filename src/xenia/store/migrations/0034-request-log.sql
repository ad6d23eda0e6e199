-- What programs have asked lately, and what they were answered: without bodies, and with the places
-- of addresses left open, so that nothing of it is about a person.  Kept for a time.
create table asked (
    space_id     integer not null references space,
    position     bigint generated always as identity,
    recorded_at  timestamptz not null,
    actor        text collate "C" not null,
    method       text not null,
    path         text not null,               -- such as /v1/members/{member}
    status       smallint not null,
    code         text,                        -- of the problem, where it was one
    microseconds bigint not null,
    request_id   text collate "C" not null,
    primary key (space_id, position)
);
create index asked_of_actor on asked (space_id, actor, position);
create index asked_in_vain on asked (space_id, position) where status >= 400;
create index asked_well on asked (position) where status < 400;
create index asked_by_time on asked using brin (recorded_at);
