create table orders (
  id text primary key,
  item text not null,
  price integer not null,
  shipped integer not null default 0
);
