-- Whose birthday it is on a day of the year, for the work in the background to record it.

create index member_by_birthday on member (
    space_id,
    (extract(month from date '1970-01-01' + (personal ->> 'birthday')::integer) * 100
     + extract(day from date '1970-01-01' + (personal ->> 'birthday')::integer)),
    member_id
) where (personal ->> 'birthday') is not null;

-- How far the moments of one kind have been recorded, for everybody.
create table moment (
    space_id     integer not null,
    programme_id integer not null,
    kind         text collate "C" not null,   -- birthday
    through      date not null,               -- UTC
    primary key (space_id, programme_id, kind)
);
