-- Where units are between two members: of all members together it is empty.

alter type ledger_account add value 'transit';
