-- Claims of guests' purchases that are not recorded yet: by what names the purchase, or its receipt.
create table awaited (
    space_id     integer not null,
    programme_id integer not null,
    source       text collate "C" not null,     -- of the claim
    event_id     text collate "C" not null,
    member_id    text collate "C" not null,
    of_source    text collate "C",
    of_event_id  text collate "C",
    receipt      text collate "C",
    position     bigint not null generated always as identity,  -- in the order of recording
    primary key (space_id, programme_id, source, event_id)
);
create index awaited_by_key on awaited (space_id, programme_id, of_source, of_event_id)
    where of_event_id is not null;
create index awaited_by_receipt on awaited (space_id, programme_id, receipt)
    where receipt is not null;
create index awaited_of_member on awaited (space_id, programme_id, member_id);
