-- Whoever has written a draft says that it is ready; another approves it, or sends it back with a note.

alter table draft
    add column submitted_revision integer,        -- another than `revision`: it was changed since
    add column submitted_by       text collate "C",
    add column submitted_at       timestamptz,
    add column sent_back_by       text collate "C", -- null: it was not, or was submitted again since
    add column sent_back_at       timestamptz,
    add column sent_back_note     text collate "C";

-- The drafts of one programme.
create index draft_of_programme on draft (space_id, programme, position);
