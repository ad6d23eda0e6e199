-- How states were laid out, by the hash that they carry: another build of Xenia may lay out the
-- same programme in another way, and must still be able to read them.

create table layout (
    space_id bigint not null references space,
    layout   text   not null collate "C",
    slots    text   not null,
    primary key (space_id, layout)
);
