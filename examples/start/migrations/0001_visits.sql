create table visits (path text not null);
