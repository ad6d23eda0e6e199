-- What the trail says of persons, before and after: apart, so that it goes with them.

alter table change
    add column personal json;  -- {"before": {…}, "after": {…}}; null: nothing, or it was erased

-- An answer that is kept for a while and tells who somebody is goes with them as well.
alter table request
    add column about text[] collate "C";  -- members of whom the answer says what is personal
create index request_about on request using gin (about) where about is not null;
