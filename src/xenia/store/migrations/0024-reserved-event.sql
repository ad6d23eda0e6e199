-- The event for which something is reserved, as it was sent: a commit need only say what is otherwise.
-- It may name persons, so it is gone with the reservation, and with who they are.
alter table reservation add column sent text;
