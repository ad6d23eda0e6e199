-- Guests' purchases that members have claimed, each once.
create table claimed (
    space_id       integer not null,
    programme_id   integer not null,
    source         text collate "C" not null,   -- of the purchase
    event_id       text collate "C" not null,
    member_id      text collate "C" not null,
    claim_source   text collate "C" not null,
    claim_event_id text collate "C" not null,
    primary key (space_id, programme_id, source, event_id)
);
create index claimed_of_member on claimed (space_id, programme_id, member_id);

-- What is left of a guest's purchase.
alter table remains alter column member_id drop not null;

create index event_by_receipt on event (space_id, (facts::jsonb ->> 'receipt'))
    where member_id is null and type = 'purchase';
