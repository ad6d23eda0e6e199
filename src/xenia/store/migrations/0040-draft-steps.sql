-- What was changed in a draft until it is published. Each step keeps the text at its other end, with
-- which the draft's own is exchanged when it is undone, and when it is done again.

create table draft_step (
    space_id    integer not null,
    draft_id    text collate "C" not null,
    step        integer not null,             -- in the order in which they were done
    document    text not null,                -- before it; where it is undone, after it
    touched     text collate "C" not null,    -- JSON: the parts that differ, and how many
    actor       text collate "C" not null,
    recorded_at timestamptz not null,
    undone      boolean not null default false,  -- then all later ones are, too
    primary key (space_id, draft_id, step),
    foreign key (space_id, draft_id) references draft on delete cascade
);
