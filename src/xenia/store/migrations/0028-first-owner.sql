-- The link with which the first account of a space is made, by whoever started the service.

create table first_owner (
    space_id      integer primary key references space,
    invitation    bytea not null unique,       -- SHA-256 of what stands in the link
    invited_until timestamptz not null
);
