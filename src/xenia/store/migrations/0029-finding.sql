-- Members as staff looks for them: the newest first, those who were erased, by what leads to them in
-- capitals or not, and by a name with or without its accents.

create index member_by_time on member (space_id, recorded_at desc, member_id desc);
create index member_by_name on member using gin (to_tsvector('simple', translate(personal ->> 'name',
    'ςάέήίόύώϊϋΐΰёàáâãäåçèéêëìíîïñòóôõöùúûüýÿΆΈΉΊΌΎΏΪΫЁÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ',
    'σαεηιουωιυιυеaaaaaaceeeeiiiinooooouuuuyyΑΕΗΙΟΥΩΙΥЕAAAAAACEEEEIIIINOOOOOUUUUY')))
    where personal ->> 'name' is not null;
create index identifier_by_text on identifier (space_id, lower(value));
create index member_erased on member (space_id, member_id) where erased_at is not null;
