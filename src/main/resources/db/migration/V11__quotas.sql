-- How much was handed over in each minute of late, over all campaigns and nodes: for the limits of an hour and a day.
create table sent_minute (
  minute timestamptz primary key,
  messages bigint not null
);
