-- What was given up is few among all that was sent, and looked for by itself.

create index message_given_up on message (space_id, position) where state = 'dead';
