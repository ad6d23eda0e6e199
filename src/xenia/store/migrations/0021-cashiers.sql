-- Which member somebody is who serves: `cashier` as events name them, or as the author of what staff
-- changes.  It is about a person, and goes when the member is erased.
create table cashier (
    space_id    integer not null references space,
    cashier     text collate "C" not null,
    member_id   text collate "C" not null,
    recorded_at timestamptz not null,
    primary key (space_id, cashier)
);
create index cashier_of_member on cashier (space_id, member_id);
